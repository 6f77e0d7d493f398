export * from "./config.ts";
export * from "./control.ts";
export { errors } from "./errors.ts";
export { allocate } from "./fleet/allocate.ts";
export * from "./fleet/types.ts";
export * from "./hold/hold.ts";
export { type Probe, type ProbeFinding, type ProbeSettings, probeCleared, residualExposure } from "./law/probe.ts";
export { type Lags, lagsOf } from "./law/watch.ts";
export { type AmpsLimit, wattsOf as wattsOfAmps } from "./limits/amps.ts";
export * from "./limits/merge.ts";
export * from "./limits/schedule.ts";
export * from "./mode/advance.ts";
export * from "./mode/durable.ts";
export * from "./mode/mode.ts";
export * from "./mode/sentence.ts";
export * from "./plant-id/ct-check.ts";
export * from "./plant-id/identify.ts";
export * from "./plant-id/needs.ts";
export * from "./plant-id/preview.ts";
export { type LimitTest, type Point as TestPoint, samplePeriod } from "./plant-id/recording.ts";
export { outputAt, type Range as FitRange, type ResponseKind } from "./plant-id/response-fit.ts";
export * from "./plant-id/sum-up.ts";
export { type Break, Chain, type ChainReport, type Sealed } from "./proof/chain.ts";
export type { Range as ProofRange } from "./proof/collect.ts";
export { hashOfLine, type Line, lineOf, noTail, sealLineOf, type Tail } from "./proof/line.ts";
export { type Asked, type Proof, Prover } from "./proof/prove.ts";
export {
  type BodyOf,
  type EvidenceBody,
  type EvidenceKind,
  type EvidenceRecord,
  recordOf,
  type UnitBody,
} from "./proof/record.ts";
export type { Result as ProofResult, RuleResult } from "./proof/result.ts";
export { type DaySummary, dailySummary } from "./proof/summary.ts";
export * from "./sentence.ts";
export * from "./site.ts";
export * from "./standard/standard.ts";
export * from "./state.ts";
export * from "./step.ts";
