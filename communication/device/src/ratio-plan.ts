/** The plan of a meter with transformer ratios: they are read before the first value, and again after a refusal. */
import type { RegisterAccess } from "@csj/modbus";
import { factorOf } from "./decimal.ts";
import { errors } from "./errors.ts";
import type { MeterPlan, PlanSource } from "./plan.ts";
import type { RegisterProfile } from "./profile.ts";
import { noRatios, type Ratios } from "./ratio.ts";
import { registerReader, sizes } from "./register.ts";
import { type RegisterPlanOptions, registerPlan } from "./register-plan.ts";

export interface RatioPlanOptions extends RegisterPlanOptions {
  readonly access: RegisterAccess;
}

type Ratio = NonNullable<NonNullable<RegisterProfile["ratio"]>["current"]>;

export class RatioPlanSource implements PlanSource {
  readonly #profile: RegisterProfile;
  readonly #options: RatioPlanOptions;
  #plan: MeterPlan | undefined;
  #finding: Promise<MeterPlan> | undefined;

  constructor(profile: RegisterProfile, options: RatioPlanOptions) {
    this.#profile = profile;
    this.#options = options;
  }

  plan(): MeterPlan | Promise<MeterPlan> {
    if (this.#plan !== undefined) return this.#plan;
    this.#finding ??= this.#find().finally(() => {
      this.#finding = undefined;
    });
    return this.#finding;
  }

  forget(): void {
    this.#plan = undefined;
  }

  async #find(): Promise<MeterPlan> {
    const { current, voltage } = this.#profile.ratio ?? {};
    const ratios: Ratios = {
      current: current === undefined ? noRatios.current : await this.#read("current", current),
      voltage: voltage === undefined ? noRatios.voltage : await this.#read("voltage", voltage),
    };
    this.#plan = registerPlan(this.#profile, this.#options, ratios);
    return this.#plan;
  }

  async #read(name: string, { address, type, scale, range }: Ratio): Promise<number> {
    const { access, unit, timeout } = this.#options;
    const { bus, invalid, id } = this.#profile;
    const request = { unit, function: bus.function, address, count: sizes[type] };
    const { words } = await access.read(timeout === undefined ? request : { ...request, timeout });
    const factor = factorOf(scale ?? "1");
    const value = (registerReader(type, bus.order, invalid)(words, 0) * factor.times) / factor.over;
    if (value >= range[0] && value <= range[1]) return value;
    throw errors.DEVICE_RATIO(
      `Unit ${unit} (${id}) holds ${value} as its ${name} ratio, which is not within ${range[0]} to ${range[1]}.`,
    );
  }
}
