/**
 * The one catalogue of quantities. A profile, a column, a chart and a message name a quantity by its id from here, so its
 * unit and its sign are stated once. OBIS codes are those of IEC 62056-61 (A-B:C.D.E without the channel and tariff
 * groups); the SunSpec point is the name in the meter models 201-204 and 211-214.
 */
export interface QuantityEntry {
  readonly unit: "W" | "var" | "VA" | "V" | "A" | "Hz" | "Wh" | "varh" | "1";
  /** What a positive value means, where it has a sign; `magnitude` where it has none. */
  readonly sign: "import-positive" | "generation-positive" | "inductive-positive" | "magnitude" | "only-grows";
  readonly obis?: string;
  readonly sunspec?: string;
  readonly label: string;
}

export const quantities = {
  power: { unit: "W", sign: "import-positive", obis: "16.7.0", sunspec: "W", label: "Active power" },
  "power.l1": { unit: "W", sign: "import-positive", obis: "36.7.0", sunspec: "WphA", label: "Active power L1" },
  "power.l2": { unit: "W", sign: "import-positive", obis: "56.7.0", sunspec: "WphB", label: "Active power L2" },
  "power.l3": { unit: "W", sign: "import-positive", obis: "76.7.0", sunspec: "WphC", label: "Active power L3" },
  generation: { unit: "W", sign: "generation-positive", obis: "2.7.0", label: "AC power generated" },
  reactive: { unit: "var", sign: "inductive-positive", obis: "131.7.0", sunspec: "VAR", label: "Reactive power" },
  apparent: { unit: "VA", sign: "magnitude", obis: "9.7.0", sunspec: "VA", label: "Apparent power" },
  "power-factor": { unit: "1", sign: "import-positive", obis: "13.7.0", sunspec: "PF", label: "Power factor" },
  "voltage.l1": { unit: "V", sign: "magnitude", obis: "32.7.0", sunspec: "PhVphA", label: "Voltage L1" },
  "voltage.l2": { unit: "V", sign: "magnitude", obis: "52.7.0", sunspec: "PhVphB", label: "Voltage L2" },
  "voltage.l3": { unit: "V", sign: "magnitude", obis: "72.7.0", sunspec: "PhVphC", label: "Voltage L3" },
  "current.l1": { unit: "A", sign: "magnitude", obis: "31.7.0", sunspec: "AphA", label: "Current L1" },
  "current.l2": { unit: "A", sign: "magnitude", obis: "51.7.0", sunspec: "AphB", label: "Current L2" },
  "current.l3": { unit: "A", sign: "magnitude", obis: "71.7.0", sunspec: "AphC", label: "Current L3" },
  frequency: { unit: "Hz", sign: "magnitude", obis: "14.7.0", sunspec: "Hz", label: "Frequency" },
  "energy.import": { unit: "Wh", sign: "only-grows", obis: "1.8.0", sunspec: "TotWhImp", label: "Energy imported" },
  "energy.export": { unit: "Wh", sign: "only-grows", obis: "2.8.0", sunspec: "TotWhExp", label: "Energy exported" },
  "energy.generation": { unit: "Wh", sign: "only-grows", label: "Energy generated" },
  "reactive-energy.import": {
    unit: "varh",
    sign: "only-grows",
    obis: "3.8.0",
    label: "Reactive energy, quadrants 1 and 2",
  },
  "reactive-energy.export": {
    unit: "varh",
    sign: "only-grows",
    obis: "4.8.0",
    label: "Reactive energy, quadrants 3 and 4",
  },
} as const satisfies Record<string, QuantityEntry>;

export type QuantityId = keyof typeof quantities;

/** The interval channels that a meter can have, each the growth of one energy register. */
export const channels = {
  import: "energy.import",
  export: "energy.export",
  generation: "energy.generation",
  "reactive-import": "reactive-energy.import",
  "reactive-export": "reactive-energy.export",
} as const satisfies Record<string, QuantityId>;

export type ChannelId = keyof typeof channels;

export const channelIds = Object.keys(channels) as readonly ChannelId[];
