/**
 * Long campaigns, as commands of their own: `npm run campaign -- kill --kills 20 --seed 1`. Exit 0 when nothing was
 * wrong, 1 with what was wrong, 2 for wrong use.
 */
import { parseArgs } from "node:util";
import { killCampaign } from "./kill.ts";

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
};

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
  },
});
const campaign = campaigns[positionals[0] ?? ""];
if (campaign === undefined) {
  process.stderr.write(`Usage: npm run campaign -- ${Object.keys(campaigns).join(" | ")} [--seed N] ...\n`);
  process.exitCode = 2;
} else {
  const { says, problems } = await campaign(values, (text) => process.stderr.write(`${text}\n`));
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.stdout.write(
    `${says}; ${problems.length === 0 ? "nothing lost or doubled" : `${problems.length} problems`}\n`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}
