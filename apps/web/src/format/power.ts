/** Watts and watt-hours as people read them. A value that is not there is a dash, never a zero. */
export interface Figure {
  readonly value: string;
  readonly unit: string;
}

export const ABSENT = "–";

export function powerFigure(watts: number | null | undefined): Figure {
  if (watts === null || watts === undefined || !Number.isFinite(watts)) return { value: ABSENT, unit: "" };
  const size = Math.abs(Math.round(watts));
  const sign = watts < 0 && size > 0 ? "−" : "";
  return size < 1000
    ? { value: `${sign}${size}`, unit: "W" }
    : { value: `${sign}${(size / 1000).toFixed(1)}`, unit: "kW" };
}

export function energyFigure(wattHours: number | null | undefined): Figure {
  if (wattHours === null || wattHours === undefined || !Number.isFinite(wattHours)) return { value: ABSENT, unit: "" };
  const size = Math.abs(wattHours);
  const sign = wattHours < 0 && size > 0 ? "−" : "";
  return { value: `${sign}${(size / 1000).toFixed(size < 10_000 ? 2 : 1)}`, unit: "kWh" };
}

export function power(watts: number | null | undefined): string {
  return joined(powerFigure(watts));
}

export function energy(wattHours: number | null | undefined): string {
  return joined(energyFigure(wattHours));
}

function joined({ value, unit }: Figure): string {
  return unit === "" ? value : `${value} ${unit}`;
}
