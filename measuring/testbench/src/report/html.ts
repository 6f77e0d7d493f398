/** The report as one HTML file: no script, no other file, light and dark by the reader's choice, and fit for paper. */
import type { AccuracyPoint } from "../accuracy/point.ts";
import type { FrontEndSpec } from "../frontend/spec.ts";
import { escapeText } from "./escape.ts";
import { errorPlot, loadName } from "./plot.ts";
import { byClass, type ClassResult, headLine } from "./table.ts";

export interface AccuracyReport {
  readonly frontEnd: FrontEndSpec;
  readonly seed: number;
  readonly points: readonly AccuracyPoint[];
}

const STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --soft: #57606a; --line: #d0d7de; --ground: #fff; --bad: #b3261e;
  --s0: #0550ae; --s1: #953800; --s2: #6639ba; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --soft: #9aa4ae; --line: #3d444d; --ground: #0d1117;
  --bad: #ff7b72; --s0: #79c0ff; --s1: #ffa657; --s2: #d2a8ff; } }
@media print { :root { --text: #000; --soft: #333; --line: #999; --ground: #fff; --bad: #b3261e; --s0: #0550ae; --s1: #953800;
  --s2: #6639ba; } section { break-inside: auto; } tr, svg { break-inside: avoid; } thead { display: table-header-group; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
p.note { color: var(--soft); } svg { width: 100%; max-width: 46rem; height: auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 0.85rem; }
th, td { padding: 0.2rem 0.6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child, td:first-child, td.words, th.words { text-align: left; } td.words { white-space: normal; }
tr.failed td { color: var(--bad); font-weight: 600; }
.grid { stroke: var(--line); } .axis { stroke: var(--soft); } .label { fill: var(--soft); font-size: 11px; }
circle.s0 { fill: var(--s0); } circle.s1 { fill: var(--s1); } circle.s2 { fill: var(--s2); } circle.failed { fill: var(--bad); }
polyline { fill: none; stroke-width: 1.5; } .limit { stroke-width: 1; stroke-dasharray: 5 4; }
polyline.s0 { stroke: var(--s0); } polyline.s1 { stroke: var(--s1); } polyline.s2 { stroke: var(--s2); }
`;

export function accuracyHtml({ frontEnd, seed, points }: AccuracyReport): string {
  const results = byClass(points);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Accuracy of ${escapeText(frontEnd.name)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Accuracy: ${escapeText(frontEnd.title)}</h1>
<p>${frontEnd.rate} samples a second, ${frontEnd.wiring}, ${frontEnd.nominal_volts} V, ${frontEnd.nominal_hertz} Hz, ${frontEnd.rating.amps} A (${frontEnd.rating.max_amps} A), seed ${seed}.</p>
<p class="note">Simulated: the engine measured samples of a model of this hardware, calibrated as a user would. This is a test of design and arithmetic, not a type test, and no certificate. Limits marked with an asterisk were not compared with the standard's own text.</p>
<ul>
${results.map((result) => `<li>${escapeText(headLine(result))}</li>`).join("\n")}
</ul>
${results.map(section).join("\n")}
</body>
</html>
`;
}

function section(result: ClassResult): string {
  return `<section>
<h2>${escapeText(headLine(result))}</h2>
${errorPlot(result.points)}
<div class="scroll"><table>
<thead><tr><th>verdict</th><th class="words">test</th><th>I, A</th><th>PF</th><th>f, Hz</th><th class="words">distortion</th><th>error, %</th><th>limit, %</th><th class="words">of</th></tr></thead>
<tbody>
${result.points.map(row).join("\n")}
</tbody>
</table></div>
</section>`;
}

function row(point: AccuracyPoint): string {
  const { pass, test, i, f, distortion, error_pct, limit_pct, of, source, verified } = point;
  const cells = [
    `<td>${pass ? "pass" : "FAIL"}</td>`,
    `<td class="words" title="${escapeText(source)}">${escapeText(test)}</td>`,
    `<td>${i === null ? "" : Number(i.toPrecision(4))}</td>`,
    `<td>${escapeText(loadName(point))}</td>`,
    `<td>${Number(f.toFixed(2))}</td>`,
    `<td class="words">${distortion === "none" ? "" : escapeText(distortion)}</td>`,
    `<td>${error_pct === null ? "no value" : error_pct.toFixed(3)}</td>`,
    `<td>${Number(limit_pct.toPrecision(4))}${verified ? "" : "*"}</td>`,
    `<td class="words">${escapeText(of)}</td>`,
  ];
  return `<tr${pass ? "" : ' class="failed"'}>${cells.join("")}</tr>`;
}
