/**
 * Long campaigns, as commands of their own: `npm run campaign -- kill --kills 20 --seed 1`. Exit 0 when nothing was
 * wrong, 1 with what was wrong, 2 for wrong use.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { killCampaign } from "./kill.ts";
import { noExportFaults } from "./no-export-faults.ts";
import { recordedDay } from "./recorded-day.ts";

const campaigns: Readonly<Record<string, (values: Values, progress: (text: string) => void) => Promise<Verdict>>> = {
  kill: async (values, progress) => {
    const options = {
      kills: number(values.kills, 20),
      seed: number(values.seed, 1),
      sites: number(values.sites, 2),
      speed: number(values.speed, 30),
      progress,
    };
    const { kills, boundaries, late, problems } = await killCampaign(options);
    return { problems, says: `${kills} kills, ${boundaries} boundaries present, ${late} late (seed ${options.seed})` };
  },
  "recorded-day": async (values, progress) => {
    const data = process.env["CSJ_TEST_DATA"];
    if (data === undefined) throw new Error("CSJ_TEST_DATA does not name a folder of recorded data");
    const sites = Array.from({ length: number(values.sites, RECORDED_SITES) }, (_, at) => at);
    const day = await recordedDay({ data: `${data}/uk-homes-1min`, sites, seed: number(values.seed, 1), progress });
    const says =
      `${day.sites} sites, ${day.halfHours} half-hours balanced (worst at ${percent(day.worstBalance)} of its tolerance), ` +
      `worst load drop at ${percent(day.worstDrop)} of its bound, over the limit for ${day.longestOverS} s at most, ` +
      `${day.exportedWh.toFixed(1)} Wh exported`;
    return { problems: day.problems, says };
  },
  "no-export": async (values, progress) => {
    const seed = number(values.seed, 1);
    const result = await noExportFaults({
      moments: number(values.moments, 200),
      seed,
      pairs: number(values.pairs, 50),
      progress,
      jobs: number(values.jobs, availableParallelism()),
      ...(values.out === undefined ? {} : { out: values.out }),
      ...(values.site === undefined ? {} : { sites: values.site.split(",") }),
      ...(values.standard === undefined ? {} : { standard: values.standard }),
      ...(values.faults === undefined ? {} : { faults: values.faults.split(",") }),
    });
    for (const { site, faults, overS, exportedWh, foundAfterS, seed: run } of result.pairs) {
      const found = foundAfterS === undefined ? "never said" : `said after ${foundAfterS.toFixed(0)} s`;
      progress(
        `${site}: ${faults}: over for ${overS.toFixed(0)} s, ${exportedWh.toFixed(1)} Wh; ${found} (seed ${run})`,
      );
    }
    const says = `${result.runs} runs of ${result.rows.length} single faults and ${result.pairs.length} pairs (seed ${seed})`;
    return { problems: result.problems, says };
  },
};

const percent = (share: number) => `${Math.round(share * 100)} %`;

const RECORDED_SITES = 29;

interface Verdict {
  readonly says: string;
  readonly problems: readonly string[];
}

type Values = Readonly<Record<string, string | undefined>>;

function number(text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${text} is not a number`);
  return value;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: "string" },
    seed: { type: "string" },
    sites: { type: "string" },
    speed: { type: "string" },
    moments: { type: "string" },
    pairs: { type: "string" },
    site: { type: "string" },
    faults: { type: "string" },
    standard: { type: "string" },
    jobs: { type: "string" },
    out: { type: "string" },
  },
});
const campaign = campaigns[positionals[0] ?? ""];
if (campaign === undefined) {
  process.stderr.write(`Usage: npm run campaign -- ${Object.keys(campaigns).join(" | ")} [--seed N] ...\n`);
  process.exitCode = 2;
} else {
  const { says, problems } = await campaign(values, (text) => process.stderr.write(`${text}\n`));
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.stdout.write(`${says}; ${problems.length === 0 ? "nothing wrong" : `${problems.length} problems`}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
