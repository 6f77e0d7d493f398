/** Options that several commands take, checked while they are parsed. */
import { unitsFrom } from "@csj/device";
import { InvalidArgumentError } from "commander";

export function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`);
  };
}

export function unitIds(text: string): number[] {
  const units = unitsFrom(text);
  if (units !== undefined) return units;
  throw new InvalidArgumentError("It must be unit ids from 1 to 247 such as 1-20,33.");
}

export function listOf(each: (text: string) => number): (text: string) => number[] {
  return (text) => text.split(",").map((part) => each(part.trim()));
}
