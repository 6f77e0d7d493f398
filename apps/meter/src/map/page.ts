/** The map as a table of Markdown, for docs/METER.md: what is served and what is written down are one. */
import { channelIds } from "@csj/metrology";
import type { Row } from "./row.ts";
import { base, HARMONICS_STEP, MAP_HARMONICS, rows } from "./table.ts";

/** Rows that repeat by channel or register are said in one line. */
export function mapPage(): string {
  const repeated = (row: Row) => row.at >= base.harmonics && row.at < base.events;
  const lines = rows.filter((row) => !repeated(row)).map(lineOf);
  const harmonics = `| ${base.harmonics} + ${HARMONICS_STEP} c + 2 h | f32 | RMS of harmonic subgroup h (0, DC, to ${MAP_HARMONICS}) of channel c (0 to 7: ${channelIds.join(", ")}) | V, A | | window |`;
  return [
    "| address | type | what | unit | positive is | from |",
    "|---|---|---|---|---|---|",
    ...lines,
    harmonics,
  ].join("\n");
}

function lineOf({ at, type, name, unit, sign, source }: Row): string {
  return `| ${at} | ${type} | ${name} | ${unit === "1" ? "" : unit} | ${sign ?? ""} | ${source} |`;
}
