import type { CycleRecord, EnergyBankSpec } from "@csj/metrology";

export const spec: EnergyBankSpec;
export function secondOf(at: number, from: number): CycleRecord;
export function wattsOf(second: number): number;
export function countsAfter(seconds: number): [number, number];
