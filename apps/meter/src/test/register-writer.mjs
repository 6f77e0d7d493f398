// Registers one second after another, says each one that is written, until it is killed. Runs on the built package.
import { createWriteStream } from "node:fs";
import { EnergyBank, LoadProfile } from "@csj/metrology";
import { RegisterStore } from "../../dist/index.js";
import { secondOf, spec } from "./seconds.mjs";

const { folder, from } = JSON.parse(process.argv[2]);
const store = new RegisterStore(folder);
const kept = store.durable();
const bank = new EnergyBank(spec, kept?.energies);
let intervals = [];
const profile = new LoadProfile({ interval: 300 }, bank.registers, (record) => intervals.push(record), kept?.profile);
const out = createWriteStream("", { fd: 1 });
for (let at = kept?.at ?? from; ; ) {
  at += 1000;
  const record = secondOf(at, from);
  profile.cycle(record);
  bank.cycle(record);
  store.write({
    state: {
      energies: bank.save(),
      rates: [],
      demand: { maximum: 0, at: Number.NaN },
      profile: profile.save(),
      snapshots: 0,
      at,
    },
    intervals,
    snapshots: [],
  });
  intervals = [];
  await new Promise((resolve) => out.write(`${at}\n`, resolve));
}
