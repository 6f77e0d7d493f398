/** A recording states some things twice; before it is written they must agree. */
import { comtradeErrors } from "./errors.ts";
import { SURPLUS_RECORDS_MAX } from "./limits.ts";
import type { Recording } from "./recording.ts";

/** @throws COMTRADE_INCONSISTENT */
export function checkConsistent({ samples, sampleCount, rates, analog, digital }: Recording): void {
  const { count } = samples;
  const last = rates.at(-1)?.last;
  const surplus = count - sampleCount;
  if (!(surplus >= 0 && surplus <= SURPLUS_RECORDS_MAX))
    refuse(`${count} samples and a sampleCount of ${sampleCount}.`);
  if (last !== undefined && last !== sampleCount)
    refuse(`The last rate ends at ${last}, sampleCount at ${sampleCount}.`);
  if (analog.length !== samples.analog.length)
    refuse(`${analog.length} analogue channels, ${samples.analog.length} arrays.`);
  if (digital.length !== samples.digital.length)
    refuse(`${digital.length} digital channels, ${samples.digital.length} arrays.`);
  const arrays = [samples.numbers, samples.stamps, ...samples.analog, ...samples.digital];
  const wrong = arrays.find(({ length }) => length !== count);
  if (wrong !== undefined) refuse(`An array has ${wrong.length} entries; there are ${count} samples.`);
  if (analog.length + digital.length === 0) refuse("There is no channel.");
}

function refuse(what: string): never {
  throw comtradeErrors.COMTRADE_INCONSISTENT(what);
}
