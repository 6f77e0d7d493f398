/** The same report on paper: A4, one column, drawn from the same numbers. */
import { PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from "pdf-lib";
import { frameOf, lines, type ReportPlot } from "./frame.ts";
import { verdictOf } from "./html.ts";
import type { Report, ReportStep } from "./report.ts";

const PAGE = { width: 595, height: 842 };
const MARGIN = 48;
const WIDTH = PAGE.width - 2 * MARGIN;
const BODY = 9;
const LEADING = 1.35;
const PLOT_HEIGHT = 130;
const COLUMNS = [0, 0.33, 0.6, 0.82] as const;
const INK = rgb(0.08, 0.09, 0.11);
const SOFT = rgb(0.34, 0.36, 0.4);
const RULE = rgb(0.82, 0.8, 0.77);
const BAD = rgb(0.65, 0.28, 0);

export async function reportPdf(report: Report): Promise<Uint8Array> {
  const { body } = report;
  const document = await PDFDocument.create();
  const made = new Date(body.made_at);
  document.setTitle(`Commissioning of ${body.name}`);
  document.setCreationDate(made);
  document.setModificationDate(made);
  document.setProducer("CSJ Smart Meters");
  const plain = await document.embedFont(StandardFonts.Helvetica);
  const bold = await document.embedFont(StandardFonts.HelveticaBold);
  const sheet = new Sheet(document, { plain, bold });
  heading(sheet, report);
  for (const step of body.steps) section(sheet, step);
  signature(sheet, report);
  sheet.number(`${body.site}, ${body.made_at}`);
  return document.save();
}

function heading(sheet: Sheet, report: Report): void {
  const { body } = report;
  sheet.write(`Commissioning of ${body.name}`, { size: 18, bold: true });
  sheet.write(verdictOf(report), { size: 11, bold: true, ...(body.answer.startsWith("yes") ? {} : { colour: BAD }) });
  sheet.space(4);
  const facts = [
    `Site ${body.site}, made ${body.made_at}, export allowed ${body.allowed_w} W`,
    `Rule: ${body.rule.name}, back within ${body.rule.back_within_ms / 1000} s${body.rule.trip_after_ms === null ? "" : `, off after ${body.rule.trip_after_ms / 1000} s`}. ${body.rule.source}${body.rule.verified ? "" : " (not verified against the document)"}`,
    `Devices: ${body.devices.map(({ id, role, profile }) => `${id} (${role}, ${profile})`).join(", ")}`,
    ...(body.simulated ? ["Everything here is simulated: no real meter or inverter was behind it."] : []),
  ];
  for (const line of facts) sheet.write(line);
}

function section(sheet: Sheet, step: ReportStep): void {
  sheet.need(60);
  sheet.space(8);
  sheet.rule(INK);
  sheet.write(`${step.title}: ${step.state}`, { size: 12, bold: true });
  sheet.write(`${step.summary}${step.at === null ? "" : ` (${step.at})`}`);
  for (const plot of step.plots) drawPlot(sheet, plot);
  if (step.findings.length === 0) return;
  sheet.row(["What", "Found", "Limit", "From"], SOFT);
  for (const finding of step.findings) {
    const mark = finding["ok"] === false ? " - NOT within" : "";
    const cells = [finding["name"], finding["value"], `${finding["limit"] ?? ""}${mark}`, finding["origin"]];
    sheet.row(
      cells.map((cell) => String(cell ?? "")),
      finding["ok"] === false ? BAD : INK,
    );
  }
}

function signature(sheet: Sheet, { public_key: key, seal }: Report): void {
  sheet.need(90);
  sheet.space(10);
  sheet.rule(INK);
  sheet.write("Signature", { size: 12, bold: true });
  sheet.write("Ed25519 by the gateway's device key over the JSON beside this file; csj commission --verify checks it.");
  sheet.write(`Public key ${key}`);
  sheet.write(`Signature ${seal.signature.slice(0, 64)} ${seal.signature.slice(64)}`);
  sheet.write("Tested on site as described; nothing here is a certificate.");
}

function drawPlot(sheet: Sheet, plot: ReportPlot): void {
  sheet.need(PLOT_HEIGHT + 30);
  const { page, top } = sheet.take(PLOT_HEIGHT + 14);
  const box = { left: MARGIN + 46, right: MARGIN + WIDTH - 6, top: top - 6, bottom: top - PLOT_HEIGHT + 12 };
  const { x, y, seconds, watts } = frameOf(plot, box);
  const label = (text: string, at: { x: number; y: number }) =>
    page.drawText(text, { ...at, size: 7, font: sheet.fonts.plain, color: SOFT });
  for (const level of watts) {
    page.drawLine({
      start: { x: box.left, y: y(level) },
      end: { x: box.right, y: y(level) },
      color: RULE,
      thickness: 0.5,
    });
    const text = `${level} W`;
    label(text, { x: box.left - 4 - sheet.fonts.plain.widthOfTextAtSize(text, 7), y: y(level) - 2.5 });
  }
  for (const second of seconds) label(`${second} s`, { x: x(second * 1000) - 6, y: box.bottom - 11 });
  for (const { role, points } of plot.series)
    drawLine(
      page,
      role,
      points.map(([ms, level]) => [x(ms ?? 0), y(level ?? 0)] as const),
    );
  label(`${plot.title}: ${plot.series.map(({ name, role }) => `${name} (${dashWords[role] ?? "solid"})`).join(", ")}`, {
    x: MARGIN,
    y: top - PLOT_HEIGHT - 8,
  });
}

const dashWords: Readonly<Record<string, string>> = { solar: "solid", grid: "dotted", limit: "dashed" };

function drawLine(page: PDFPage, role: string, points: readonly (readonly [number, number])[]): void {
  const hex = lines[role]?.light ?? "#000000";
  const channel = (from: number) => Number.parseInt(hex.slice(from, from + 2), 16) / 255;
  const path = points
    .map(([px, py], index) => `${index === 0 ? "M" : "L"}${px.toFixed(1)} ${(-py).toFixed(1)}`)
    .join(" ");
  if (path === "") return;
  const dash = (lines[role]?.dash ?? "")
    .split(" ")
    .filter((part) => part !== "")
    .map(Number);
  page.drawSvgPath(path, {
    x: 0,
    y: 0,
    borderColor: rgb(channel(1), channel(3), channel(5)),
    borderWidth: 1.2,
    ...(dash.length === 0 ? {} : { borderDashArray: dash }),
  });
}

interface Fonts {
  readonly plain: PDFFont;
  readonly bold: PDFFont;
}

interface Look {
  readonly size?: number;
  readonly bold?: boolean;
  readonly colour?: ReturnType<typeof rgb>;
}

/** Where on which page the next thing goes. */
class Sheet {
  readonly fonts: Fonts;
  readonly #document: PDFDocument;
  #page: PDFPage;
  #y = PAGE.height - MARGIN;

  constructor(document: PDFDocument, fonts: Fonts) {
    this.#document = document;
    this.fonts = fonts;
    this.#page = document.addPage([PAGE.width, PAGE.height]);
  }

  need(height: number): void {
    if (this.#y - height >= MARGIN) return;
    this.#page = this.#document.addPage([PAGE.width, PAGE.height]);
    this.#y = PAGE.height - MARGIN;
  }

  space(height: number): void {
    this.#y -= height;
  }

  take(height: number): { readonly page: PDFPage; readonly top: number } {
    const top = this.#y;
    this.#y -= height;
    return { page: this.#page, top };
  }

  rule(color: ReturnType<typeof rgb>): void {
    this.#page.drawLine({
      start: { x: MARGIN, y: this.#y },
      end: { x: MARGIN + WIDTH, y: this.#y },
      color,
      thickness: 1,
    });
    this.#y -= 4;
  }

  write(text: string, { size = BODY, bold = false, colour = INK }: Look = {}): void {
    const font = bold ? this.fonts.bold : this.fonts.plain;
    for (const line of wrapped(text, font, size, WIDTH)) {
      this.need(size * LEADING);
      this.#y -= size * LEADING;
      this.#page.drawText(line, { x: MARGIN, y: this.#y, size, font, color: colour });
    }
  }

  row(cells: readonly string[], colour: ReturnType<typeof rgb>): void {
    const size = 8;
    const columns = cells.map((cell, index) => {
      const share = (COLUMNS[index + 1] ?? 1) - (COLUMNS[index] ?? 0);
      return wrapped(cell, this.fonts.plain, size, share * WIDTH - 6);
    });
    const height = Math.max(...columns.map((lines) => lines.length)) * size * LEADING + 2;
    this.need(height);
    columns.forEach((texts, index) => {
      texts.forEach((line, row) => {
        const y = this.#y - (row + 1) * size * LEADING;
        this.#page.drawText(line, {
          x: MARGIN + (COLUMNS[index] ?? 0) * WIDTH,
          y,
          size,
          font: this.fonts.plain,
          color: colour,
        });
      });
    });
    this.#y -= height;
    this.#page.drawLine({
      start: { x: MARGIN, y: this.#y },
      end: { x: MARGIN + WIDTH, y: this.#y },
      color: RULE,
      thickness: 0.5,
    });
  }

  number(words: string): void {
    const pages = this.#document.getPages();
    pages.forEach((page, index) => {
      const text = printable(`${words}, page ${index + 1} of ${pages.length}`);
      page.drawText(text, { x: MARGIN, y: MARGIN / 2, size: 7, font: this.fonts.plain, color: SOFT });
    });
  }
}

/** Long words (keys, addresses) are cut where the line ends. */
function wrapped(text: string, font: PDFFont, size: number, width: number): string[] {
  const found: string[] = [];
  let line = "";
  const fits = (candidate: string) => font.widthOfTextAtSize(candidate, size) <= width;
  for (let word of printable(text).split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (fits(joined)) {
      line = joined;
      continue;
    }
    if (line !== "") found.push(line);
    for (; !fits(word) && word.length > 1; word = word.slice(lettersThatFit(word, fits))) {
      found.push(word.slice(0, lettersThatFit(word, fits)));
    }
    line = word;
  }
  return line === "" ? found : [...found, line];
}

function lettersThatFit(word: string, fits: (text: string) => boolean): number {
  let count = word.length;
  while (count > 1 && !fits(word.slice(0, count))) count -= 1;
  return count;
}

/** The built-in fonts know Latin-1 only; a name in another script is shown with its place kept. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e\xa0-\xff]/g, "?");
}
