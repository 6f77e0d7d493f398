/** What the covers say, from GPIO lines and from coils that another device writes. */
import { type SwitchKind, switchKinds } from "@csj/metrology";
import { Millis } from "@csj/quantity";
import type { Cancel, Log, Timers } from "@csj/runtime";
import type { MeterConfig } from "../config/schema.ts";
import { GpioInputs } from "./gpio.ts";

export interface SwitchListener {
  level(kind: SwitchKind, open: boolean): void;
  /** Each 100 ms while it runs: a level counts once it has stood for a while, and inputs report changes only. */
  tick(): void;
}

const TICK = Millis(100);

export class SwitchInputs {
  readonly #names: readonly string[];
  readonly #coils: readonly (number | undefined)[];
  readonly #gpio: GpioInputs;
  readonly #listener: SwitchListener;
  readonly #timers: Timers;
  #cancel: Cancel = () => {};
  /** Open inputs as bits, in the configuration's order. */
  bits = 0;

  constructor({ inputs = [] }: MeterConfig, log: Log, timers: Timers, listener: SwitchListener) {
    this.#listener = listener;
    this.#timers = timers;
    this.#names = inputs.map(({ name }) => name);
    this.#coils = inputs.map(({ coil }) => coil);
    const lines = inputs.flatMap(({ name, gpio, open_when = "high" }) =>
      gpio === undefined ? [] : [{ name, chip: gpio.chip, line: gpio.line, openWhen: open_when }],
    );
    const edge = (name: string, open: boolean) => {
      log.info("a switch input changed", { name, open });
      this.#set(this.#names.indexOf(name), open);
    };
    this.#gpio = new GpioInputs(lines, { changed: edge }, log);
  }

  start(): void {
    this.#gpio.start();
    this.#tick();
  }

  stop(): void {
    this.#cancel();
    this.#gpio.stop();
  }

  setCoil(coil: number, open: boolean): boolean {
    const place = this.#coils.indexOf(coil);
    if (place < 0) return false;
    this.#set(place, open);
    return true;
  }

  #tick(): void {
    this.#listener.tick();
    this.#cancel = this.#timers.after(TICK, () => this.#tick());
  }

  #set(place: number, open: boolean): void {
    this.bits = open ? this.bits | (1 << place) : this.bits & ~(1 << place);
    const kind = switchKinds.find((each) => each === this.#names[place]);
    if (kind !== undefined) this.#listener.level(kind, open);
  }
}
