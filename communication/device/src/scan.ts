/**
 * Finding out what hangs on a bus. A unit is there when it answers at all, and a refusal is an answer. What it is, is
 * taken from SunSpec's own list of models, or from checks that a profile states: a voltage that is one, a frequency that
 * is one. Nothing is written.
 */
import { isCoded } from "@csj/fault";
import { exceptionOf, type ReadRequest, type RegisterAccess } from "@csj/modbus";
import type { Millis } from "@csj/quantity";
import type { ByteLink, LinkFactory, Timers } from "@csj/runtime";
import { discover, type Identity, identify, type SunSpecMap } from "@csj/sunspec";
import { factorOf } from "./decimal.ts";
import { errors } from "./errors.ts";
import type { Check, Profile, RegisterProfile } from "./profile.ts";
import { registerReader, sizes } from "./register.ts";

export interface ScanOptions {
  readonly units: readonly number[];
  readonly profiles: readonly Profile[];
  readonly timeout: Millis;
  /** A line that several may talk on: foreign answers end the scan. */
  readonly shared: boolean;
}

export interface Found {
  readonly unit: number;
  /** Profiles whose every check holds, the best proven first. */
  readonly profiles: readonly string[];
  /** What a SunSpec device says of itself. */
  readonly identity: Identity | undefined;
  readonly models: readonly number[];
  readonly note: string | undefined;
}

export interface Scanned {
  readonly unit: number;
  readonly found: Found | undefined;
}

/** Ids that hardly anybody gives: who answers to all of them does not look at the id. */
const UNLIKELY_UNITS = [213, 229, 246];
/** Foreign answers that a scan takes for noise. */
const FOREIGN_MAX = 1;
/** Exceptions with which a TCP gateway says that nobody answered behind it. */
const NOBODY_BEHIND_GATEWAY = new Set([10, 11]);

/** Goes through the units, one result each, in order. */
export async function* scanUnits(access: RegisterAccess, options: ScanOptions): AsyncGenerator<Scanned> {
  const probe = new Probe(access, options);
  if (!options.shared && (await probe.answersToAll(UNLIKELY_UNITS))) {
    const unit = options.units[0] ?? 1;
    yield { unit, found: await recognise(probe, unit, "the device answers to every unit id") };
    return;
  }
  for (const unit of options.units) {
    const presence = await probe.presence(unit);
    const found = presence === "absent" ? undefined : await recognise(probe, unit, notes[presence]);
    yield { unit, found };
  }
}

type Presence = "absent" | "present" | "damaged";

const notes: Readonly<Record<Presence, string | undefined>> = {
  absent: undefined,
  present: undefined,
  damaged: "its answers are damaged: wrong baud or parity, two devices with one id, or a bad line",
};

/** Reads for a scan: what fails tells something, and only a lost link ends it. */
class Probe {
  readonly options: ScanOptions;
  readonly access: RegisterAccess;
  #foreign = 0;

  constructor(access: RegisterAccess, options: ScanOptions) {
    this.access = access;
    this.options = options;
  }

  async answersToAll(units: readonly number[]): Promise<boolean> {
    for (const unit of units) if ((await this.presence(unit)) !== "present") return false;
    return true;
  }

  /** Some meters know function 4 alone and are silent on 3. */
  async presence(unit: number): Promise<Presence> {
    for (const code of [3, 4] as const) {
      const outcome = await this.read({ unit, function: code, address: 0, count: code === 3 ? 1 : 2 });
      if (outcome !== "silent") return outcome === "damaged" ? "damaged" : "present";
    }
    return "absent";
  }

  async read(request: ReadRequest): Promise<Uint16Array | "refused" | "silent" | "damaged"> {
    try {
      return (await this.access.read({ ...request, timeout: this.options.timeout })).words;
    } catch (error) {
      return this.#outcome(error);
    }
  }

  #outcome(error: unknown): "refused" | "silent" | "damaged" {
    if (!isCoded(error)) throw error;
    if (NOBODY_BEHIND_GATEWAY.has(exceptionOf(error) ?? 0)) return "silent";
    if (error.entry.fault === "device") return "refused";
    if (error.code === "MODBUS_TIMEOUT" || error.code === "MODBUS_LATE") return "silent";
    if (error.code === "MODBUS_CRC" || error.code === "MODBUS_TRUNCATED") return "damaged";
    if (error.code === "MODBUS_FOREIGN") return this.#heard(error);
    throw error;
  }

  #heard(error: Error): "silent" {
    this.#foreign += 1;
    if (this.options.shared && this.#foreign > FOREIGN_MAX) {
      throw errors.SCAN_BUS_IN_USE("Answers came that nobody here had asked for.", undefined, error);
    }
    return "silent";
  }
}

async function recognise(probe: Probe, unit: number, note: string | undefined): Promise<Found> {
  const { profiles } = probe.options;
  const map = await sunSpecMap(probe, unit);
  if (map !== undefined) {
    const models = map.models.map((model) => model.id);
    const identity = await identify(probe.access, unit, map, probe.options.timeout).catch(() => undefined);
    return { unit, profiles: sunSpecMatches(profiles, models, identity?.maker), identity, models, note };
  }
  const matched = await registerMatches(probe, unit, profiles);
  const unknown = matched.length === 0 ? "it answers, and no profile fits" : undefined;
  return { unit, profiles: matched, identity: undefined, models: [], note: note ?? unknown };
}

async function sunSpecMap(probe: Probe, unit: number): Promise<SunSpecMap | undefined> {
  try {
    return await discover(probe.access, unit, { timeout: probe.options.timeout });
  } catch (error) {
    // Silence on an address that the device does not know is usual; the checks that follow meet a lost link themselves.
    if (isCoded(error)) return undefined;
    throw error;
  }
}

/** A profile of this very make comes first; one of another make is none. */
function sunSpecMatches(profiles: readonly Profile[], models: readonly number[], maker = ""): string[] {
  const fitting = profiles
    .filter((profile) => profile.kind === "sunspec")
    .filter((profile) => profile.families.some((family) => family.models.some((id) => models.includes(id))))
    .filter((profile) => startsAlike(maker, profile.identity?.maker ?? ""));
  const named = fitting.filter((profile) => profile.identity !== undefined);
  const general = fitting.filter((profile) => profile.identity === undefined);
  return [...named, ...general].map((profile) => profile.id);
}

function startsAlike(maker: string, start: string): boolean {
  return maker.toLowerCase().startsWith(start.toLowerCase());
}

async function registerMatches(probe: Probe, unit: number, profiles: readonly Profile[]): Promise<string[]> {
  const matches: { id: string; held: number }[] = [];
  const answers = new Map<string, ReturnType<Probe["read"]>>();
  const once = (request: ReadRequest) => {
    const key = `${request.function} ${request.address} ${request.count}`;
    const answer = answers.get(key) ?? probe.read(request);
    answers.set(key, answer);
    return answer;
  };
  for (const profile of profiles) {
    if (profile.kind !== "registers") continue;
    const held = await checksHeld(profile, unit, once);
    if (held !== undefined) matches.push({ id: profile.id, held });
  }
  return matches.sort((a, b) => b.held - a.held).map((match) => match.id);
}

type Once = (request: ReadRequest) => ReturnType<Probe["read"]>;

/** How many checks hold; `undefined` as soon as one does not. */
async function checksHeld(profile: RegisterProfile, unit: number, read: Once): Promise<number | undefined> {
  let held = 0;
  for (const check of profile.detect) {
    const { function: code, address, type, optional } = check;
    const outcome = await read({ unit, function: code, address, count: sizes[type] });
    if (typeof outcome !== "string" && holds(check, outcome, profile)) held += 1;
    else if (typeof outcome !== "string" || optional !== true) return undefined;
  }
  return held;
}

function holds(check: Check, words: Uint16Array, profile: RegisterProfile): boolean {
  const read = registerReader(check.type, check.order ?? profile.bus.order, profile.invalid);
  const factor = factorOf(check.scale ?? "1");
  const value = (read(words, 0) * factor.times) / factor.over;
  const [low, high] = check.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return value >= low && value <= high && (check.equals === undefined || check.equals.includes(value));
}

/** The shortest Modbus frame has four bytes; fewer are the noise of a line that is being opened. */
const HEARD_MIN = 4;

/** Listens before anybody speaks; SCAN_BUS_IN_USE where others do. A master that asks more seldom is not heard. */
export async function listenFirst(links: LinkFactory, timers: Timers, duration: Millis): Promise<void> {
  const link = await opened(links);
  let heard = 0;
  link.onBytes((bytes) => {
    heard += bytes.length;
  });
  await new Promise<void>((resolve) => {
    timers.after(duration, resolve);
  });
  await closed(link);
  if (heard >= HEARD_MIN) {
    throw errors.SCAN_BUS_IN_USE(`${heard} bytes of somebody else were heard within ${duration / 1000} s.`);
  }
}

async function opened(links: LinkFactory): Promise<ByteLink> {
  try {
    return await links.open();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw errors.SCAN_LINE(`${links.name} cannot be opened: ${reason}.`, undefined, error);
  }
}

/** A serial port can be opened again only when it is really closed. */
async function closed(link: ByteLink): Promise<void> {
  await new Promise<void>((resolve) => {
    link.onClose(() => resolve());
    link.close();
  });
}

const UNIT_MAX = 247;

/** `1-5,17` as unit ids; undefined where it is none. */
export function unitsFrom(text: string): number[] | undefined {
  const units = new Set<number>();
  for (const part of text.split(",")) {
    const [, from, to] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(part.trim()) ?? [];
    const [first, last] = [Number(from), Number(to ?? from)];
    if (!(first >= 1 && last <= UNIT_MAX && first <= last)) return undefined;
    for (let unit = first; unit <= last; unit += 1) units.add(unit);
  }
  return [...units].sort((a, b) => a - b);
}
