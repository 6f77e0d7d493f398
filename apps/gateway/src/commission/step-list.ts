/** The steps of this site in their order, each with what it is for and what the installer is asked. */
import type { Config } from "@csj/export-limit";
import type { StepContext } from "./context.ts";
import type { Ask, StepResult } from "./shapes.ts";
import type { CommissionSite } from "./site.ts";
import { runCt } from "./steps/ct.ts";
import { runInverterSilence, runMeterLoss } from "./steps/fail-safe.ts";
import { runLimitStep } from "./steps/limit-step.ts";
import { runLoadStep } from "./steps/load-step.ts";
import { runPreview } from "./steps/preview.ts";
import { runScan } from "./steps/scan.ts";
import { runVerdict } from "./steps/verdict.ts";

export interface StepDefinition {
  readonly id: string;
  readonly title: string;
  readonly what: string;
  readonly asks: readonly Ask[];
  /** True where it moves an inverter: all are held at their safe limit afterwards. */
  readonly touches: boolean;
  run(context: StepContext, config: () => Config): Promise<StepResult>;
}

const mayExport: Ask = {
  id: "may_export",
  kind: "confirm",
  text: "May the site export for a minute during this test? If not, the home must use a fifth of the inverter's rating.",
  standard: false,
};

const pull = (name: string): Ask => ({
  id: "pull",
  kind: "confirm",
  text: `Will you pull and put back the data cable of ${name} when asked?`,
  standard: false,
});

const acceptExposure: Ask = {
  id: "accept_exposure",
  kind: "confirm",
  text: "There is no relay. Has the network operator accepted in writing what an inverter that ignores its limit may export? It counts where the standard lets an operator accept it.",
  standard: false,
};

export function stepsOf(site: CommissionSite): StepDefinition[] {
  const { inverters, gridConfig } = site;
  return [
    {
      id: "scan",
      title: "Devices",
      what: "Every device is asked what it is. Nothing is written.",
      asks: [
        {
          id: "unmeasured",
          kind: "confirm",
          text: "Is there a battery, a generator or another source that this configuration does not measure?",
          standard: false,
        },
        {
          id: "nameplates",
          kind: "confirm",
          text: "Did you read the nameplate of every device, and is each what the configuration says?",
          standard: false,
        },
      ],
      touches: false,
      run: runScan,
    },
    {
      id: "load-step",
      title: "Load step",
      what: "A load that you know is switched on. It shows which way the grid meter counts and on which phase.",
      asks: [
        { id: "load_w", kind: "number", text: "Power of the load that you will switch on", unit: "W", standard: 2000 },
        {
          id: "phase",
          kind: "choice",
          text: "The phase that it is on",
          choices: ["unknown", "l1", "l2", "l3", "all"],
          standard: "unknown",
        },
      ],
      touches: true,
      run: runLoadStep,
    },
    ...inverters.map((inverter) => ({
      id: `limit-step:${inverter.config.id}`,
      title: `Limit steps of ${inverter.config.id}`,
      what: "The inverter gets a staircase of limits. Its output shows dead time, speed and whether the scale is right.",
      asks: [mayExport],
      touches: true,
      run: (context: StepContext) => runLimitStep(context, inverter),
    })),
    {
      id: "ct",
      title: "Current transformers",
      what: "Direction and phase of each CT, judged by the steps that were seen.",
      asks: [],
      touches: false,
      run: runCt,
    },
    {
      id: `fail-safe:${gridConfig.id}`,
      title: "Grid meter lost",
      what: "The meter is cut off and the site must come to its safe limit in time.",
      asks: [pull("the grid meter")],
      touches: true,
      run: (context: StepContext, config: () => Config) => runMeterLoss(context, config()),
    },
    ...inverters.map((inverter) => ({
      id: `fail-safe:${inverter.config.id}`,
      title: `Silence towards ${inverter.config.id}`,
      what: "Nobody talks to the inverter, as if the gateway were dead; the meter shows what it does.",
      asks: [mayExport, pull(inverter.config.id)],
      touches: true,
      run: (context: StepContext) => runInverterSilence(context, inverter),
    })),
    {
      id: "preview",
      title: "Worst case",
      what: "Simulated with what was measured: full sun, and the largest load falls away at once.",
      asks: [
        {
          id: "largest_load_w",
          kind: "number",
          text: "The site's largest load that switches at once; 0 for what the fuse lets pass",
          unit: "W",
          standard: 0,
        },
      ],
      touches: false,
      run: (context: StepContext, config: () => Config) => runPreview(context, config()),
    },
    {
      id: "verdict",
      title: "Verdict",
      what: "Every number against the rule: can this site be held at its limit, and what is missing.",
      asks: site.config.export_limit?.relay === undefined ? [acceptExposure] : [],
      touches: false,
      run: (context: StepContext, config: () => Config) => runVerdict(context, config()),
    },
  ];
}
