/** The report as one file that needs nothing else: no script, no font, no address. It prints, and follows light and dark. */
import { frameOf, lines, type ReportPlot } from "./frame.ts";
import type { Report, ReportStep } from "./report.ts";

const WIDTH = 720;
const HEIGHT = 240;
const BOX = { left: 64, right: WIDTH - 12, top: 12, bottom: HEIGHT - 32 };

export function reportHtml(report: Report): string {
  const { body, public_key: key, seal } = report;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Commissioning of ${text(body.name)}</title>
<style>${STYLE}</style>
<main>
<header>
<h1>Commissioning of ${text(body.name)}</h1>
<p class="answer ${body.answer.startsWith("yes") ? "good" : "bad"}">${text(verdictOf(report))}</p>
<dl>
${fact("Site", body.site)}${fact("Made", body.made_at)}${fact("Export allowed", `${body.allowed_w} W`)}
${fact("Rule", `${body.rule.name}: back within ${body.rule.back_within_ms / 1000} s${body.rule.trip_after_ms === null ? "" : `, off after ${body.rule.trip_after_ms / 1000} s`}`)}
${fact("Where the rule is from", `${body.rule.source}${body.rule.verified ? "" : " (not verified against the document)"}`)}
${fact("Devices", body.devices.map(({ id, role, profile }) => `${id}: ${role}, ${profile}`).join("; "))}
${body.simulated ? fact("Simulated", "Everything here is simulated: no real meter or inverter was behind it.") : ""}
</dl>
</header>
${body.steps.map(section).join("\n")}
<footer>
<h2>Signature</h2>
<p>Ed25519 by the gateway's device key over the JSON beside this file. <code>csj commission --verify FILE.json</code> checks it.</p>
<dl>${fact("Public key", key)}${fact("Signature", seal.signature)}</dl>
<p>Tested on site as described; nothing here is a certificate.</p>
</footer>
</main>
</html>
`;
}

export function verdictOf({ body }: Report): string {
  return body.steps.find(({ id }) => id === "verdict")?.summary ?? "There is no verdict yet.";
}

function section(step: ReportStep): string {
  const rows = step.findings.map((finding) => {
    const mark = finding["ok"] === undefined ? "" : finding["ok"] === true ? "within" : "NOT within";
    return `<tr><th scope="row">${text(finding["name"])}</th><td>${text(finding["value"])}</td><td>${text(finding["limit"])}</td><td>${text(finding["origin"])}</td><td class="${finding["ok"] === false ? "bad" : ""}">${mark}</td></tr>`;
  });
  const table =
    rows.length === 0
      ? ""
      : `<div class="scroll"><table><thead><tr><th>What</th><th>Found</th><th>Limit</th><th>From</th><th></th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
  return `<section>
<h2>${text(step.title)} <span class="state">${text(step.state)}</span></h2>
<p>${text(step.summary)}${step.at === null ? "" : ` <span class="soft">${text(step.at)}</span>`}</p>
${step.plots.map(plotSvg).join("\n")}
${table}
</section>`;
}

export function plotSvg(plot: ReportPlot): string {
  const { x, y, seconds, watts } = frameOf(plot, BOX);
  const rules = watts.map(
    (level) =>
      `<line class="rule" x1="${BOX.left}" x2="${BOX.right}" y1="${at(y(level))}" y2="${at(y(level))}"/><text x="${BOX.left - 6}" y="${at(y(level) + 4)}" text-anchor="end">${level} W</text>`,
  );
  const times = seconds.map(
    (second) => `<text x="${at(x(second * 1000))}" y="${HEIGHT - 12}" text-anchor="middle">${second} s</text>`,
  );
  const paths = plot.series.map(({ role, points }) => {
    const route = points.map(([ms, level]) => `${at(x(ms ?? 0))},${at(y(level ?? 0))}`).join(" ");
    return `<polyline class="${text(role)}" points="${route}" stroke-dasharray="${lines[role]?.dash ?? ""}"/>`;
  });
  const key = plot.series.map(
    ({ name, role }) =>
      `<span><svg width="26" height="8" aria-hidden="true"><line class="${text(role)}" x1="0" x2="26" y1="4" y2="4" stroke-dasharray="${lines[role]?.dash ?? ""}"/></svg> ${text(name)}</span>`,
  );
  return `<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${text(plot.title)}">${rules.join("")}${times.join("")}${paths.join("")}</svg><figcaption>${text(plot.title)}: ${key.join(" ")}</figcaption></figure>`;
}

function at(value: number): string {
  return value.toFixed(1);
}

function fact(name: string, value: string): string {
  return `<div><dt>${text(name)}</dt><dd>${text(value)}</dd></div>`;
}

/** A device may call itself anything. */
function text(value: unknown): string {
  if (value === undefined || value === null) return "";
  return String(value)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

const colour = (role: string) => `light-dark(${lines[role]?.light}, ${lines[role]?.dark})`;

const STYLE = `
:root{color-scheme:light dark;--paper:light-dark(#f7f5f0,#101318);--ink:light-dark(#15181d,#f2efe8);--soft:light-dark(#565c66,#a9afb9);--rule:light-dark(#dcd8cf,#2e343d);--bad:light-dark(#a64700,#f08a4b)}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 -apple-system,"Segoe UI",Roboto,Arial,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:52rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.6rem;margin:0 0 .5rem}h2{font-size:1.2rem;margin:0}p{margin:.4rem 0}
section,footer{border-top:2px solid var(--ink);margin-top:2rem;padding-top:.75rem;break-inside:auto}
.answer{font-size:1.15rem;border-left:6px solid var(--ink);padding-left:.75rem}.answer.bad{border-color:var(--bad)}
.state{font-weight:400;color:var(--soft)}.soft{color:var(--soft);font-size:.85em}.bad{color:var(--bad);font-weight:600}
dl{margin:.75rem 0}dl div{display:flex;gap:1rem;justify-content:space-between;border-bottom:1px solid var(--rule);padding:.3rem 0}dt{color:var(--soft)}dd{margin:0;text-align:right;overflow-wrap:anywhere}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;font-weight:400;padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--rule);vertical-align:top}thead th{color:var(--soft)}
figure{margin:.75rem 0;break-inside:avoid}figure>svg{width:100%;height:auto;display:block}figcaption{font-size:.85rem;color:var(--soft)}figcaption svg{display:inline-block;vertical-align:middle}
svg text{font-size:12px;fill:var(--soft)}svg .rule{stroke:var(--rule)}polyline{fill:none;stroke-width:2}
.solar{stroke:${colour("solar")};stroke-width:2}.grid{stroke:${colour("grid")};stroke-width:2}.limit{stroke:${colour("limit")};stroke-width:2}
@media print{:root{color-scheme:light;--paper:#fff}}
`;
