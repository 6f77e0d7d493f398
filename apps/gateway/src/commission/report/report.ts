/**
 * What was found, signed with the gateway's device key: the JSON is what is signed, the HTML and the PDF show it and carry
 * the signature. Anybody can check the JSON with the public key alone.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Canonical, chainStart, checkSeal, fromHex, type Seal, seal, toHex } from "@csj/evidence";
import type { Clock, Digest, Signer, Verifier } from "@csj/runtime";
import type { GatewayConfig } from "../../config/schema.ts";
import { writeDurably } from "../../durable-file.ts";
import type { CommissionRule, CommissionView, Plot, StepView } from "../shapes.ts";
import { reportHtml } from "./html.ts";
import { reportPdf } from "./pdf.ts";

export interface ReportStep {
  readonly id: string;
  readonly title: string;
  readonly state: string;
  readonly at: string | null;
  readonly summary: string;
  readonly findings: readonly { readonly [key: string]: string | boolean | undefined }[];
  /** Milliseconds and W, whole numbers: the canonical form has no fractions. */
  readonly plots: readonly {
    readonly title: string;
    readonly series: readonly {
      readonly name: string;
      readonly role: string;
      readonly points: readonly (readonly number[])[];
    }[];
  }[];
}

export interface ReportBody {
  readonly kind: "commissioning";
  readonly version: 1;
  readonly site: string;
  readonly name: string;
  readonly made_at: string;
  readonly simulated: boolean;
  readonly rule: {
    readonly id: string;
    readonly name: string;
    readonly back_within_ms: number;
    readonly trip_after_ms: number | null;
    readonly source: string;
    readonly verified: boolean;
  };
  readonly allowed_w: number;
  /** SHA-256 of buses, devices, limit, cycle and rule. */
  readonly config: string;
  readonly devices: readonly { readonly id: string; readonly role: string; readonly profile: string }[];
  readonly answer: string;
  readonly steps: readonly ReportStep[];
}

export interface Report {
  readonly body: ReportBody;
  readonly public_key: string;
  readonly seal: Seal;
}

export interface ReportFiles {
  readonly json: string;
  readonly html: string;
  readonly pdf: string;
}

const PURPOSE = "commissioning";

export interface ReportDeps {
  readonly config: GatewayConfig;
  readonly rule: CommissionRule;
  readonly clock: Clock;
  readonly digest: Digest;
  readonly signer: Signer;
}

export function makeReport(
  view: CommissionView,
  configHash: string,
  { config, rule, clock, digest, signer }: ReportDeps,
): Report {
  const body: ReportBody = {
    kind: "commissioning",
    version: 1,
    site: view.site,
    name: view.name,
    made_at: new Date(clock.now()).toISOString(),
    simulated: view.simulated,
    rule: {
      id: rule.id,
      name: rule.name,
      back_within_ms: Math.round(rule.backWithinMs),
      trip_after_ms: rule.tripAfterMs === undefined ? null : Math.round(rule.tripAfterMs),
      source: rule.source,
      verified: rule.verified,
    },
    allowed_w: config.export_limit?.allowed_w ?? 0,
    config: configHash,
    devices: config.devices.map(({ id, role, profile }) => ({ id, role, profile })),
    answer: String(view.steps.find(({ id }) => id === "verdict")?.result?.data["answer"] ?? "not-yet"),
    steps: view.steps.map(stepOf),
  };
  return {
    body,
    public_key: toHex(signer.publicKey),
    seal: seal(digest, signer, PURPOSE, body as unknown as Canonical, chainStart),
  };
}

function stepOf({ id, title, state, at, result }: StepView): ReportStep {
  return {
    id,
    title,
    state,
    at,
    summary: result?.summary ?? "Not done.",
    findings: (result?.findings ?? []).map(({ name, value, limit, origin, ok }) => ({
      name,
      value,
      limit,
      origin,
      ok,
    })),
    plots: (result?.plots ?? []).map(wholeNumbers),
  };
}

function wholeNumbers({ title, series }: Plot): ReportStep["plots"][number] {
  return {
    title,
    series: series.map(({ name, role, points }) => ({
      name,
      role,
      points: points.map(([seconds, power]) => [Math.round(seconds * 1000), Math.round(power)]),
    })),
  };
}

/** True if this report is what the holder of its key signed. Whose key it is must be known from elsewhere. */
export async function verifyReport(report: Report, digest: Digest, verifier: Verifier): Promise<boolean> {
  const key = fromHex(report.public_key);
  if (key === undefined) return false;
  return checkSeal(digest, verifier, key, PURPOSE, report.body as unknown as Canonical, report.seal);
}

/** Named by the time at which it was made, so that no report replaces another. */
export async function writeReport(folder: string, report: Report): Promise<ReportFiles> {
  const stem = `commissioning-${report.body.made_at.replaceAll(/[:.]/g, "-")}`;
  const files = { json: `${stem}.json`, html: `${stem}.html`, pdf: `${stem}.pdf` };
  writeDurably(join(folder, files.json), `${JSON.stringify(report, null, 1)}\n`);
  writeDurably(join(folder, files.html), reportHtml(report));
  writeFileSync(join(folder, files.pdf), await reportPdf(report), { mode: 0o600 });
  return files;
}
