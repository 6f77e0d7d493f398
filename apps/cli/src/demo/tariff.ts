/** What the demo's households pay. The prices are invented; the shape (two rates, standing charge, tax) is a real one. */
export const demoTariff = {
  id: "demo-two-rate",
  name: "Demo two-rate (invented prices)",
  currency: "GBP",
  exponent: 2,
  import: [
    { id: "day", label: "Day", price_per_kwh: "0.2740", from: "05:30", to: "00:30" },
    { id: "night", label: "Night", price_per_kwh: "0.0850", from: "00:30", to: "05:30" },
  ],
  standing_per_day: "0.5310",
  tax_percent: "5",
};
