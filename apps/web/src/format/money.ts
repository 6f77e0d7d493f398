/** Decimal strings stay exact: they are added as integers and rounded once, where they are shown. */
export function addDecimals(decimals: readonly string[]): string {
  const places = Math.max(0, ...decimals.map(placesOf));
  const sum = decimals.reduce((total, text) => total + scaled(text, places), 0n);
  return unscaled(sum, places);
}

export function money(decimal: string | null, currency: string, exponent: number): string {
  if (decimal === null) return "–";
  const format = new Intl.NumberFormat(undefined, {
    style: "currency",
    currency,
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  });
  // A decimal string is formatted exactly; a number would pass through a float.
  return format.format(decimal as Intl.StringNumericLiteral).replace("-", "−");
}

function placesOf(text: string): number {
  const point = text.indexOf(".");
  return point < 0 ? 0 : text.length - point - 1;
}

function scaled(text: string, places: number): bigint {
  const [whole = "0", part = ""] = text.replace("-", "").split(".");
  const size = BigInt(whole + part.padEnd(places, "0"));
  return text.startsWith("-") ? -size : size;
}

function unscaled(value: bigint, places: number): string {
  const sign = value < 0n ? "-" : "";
  const digits = (value < 0n ? -value : value).toString().padStart(places + 1, "0");
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
