/** Gateways, their meters, and the codes and keys that let a gateway in. */
import type { ChannelId, Instant } from "@csj/quantity";
import { channelOfCode } from "./channel-code.ts";
import type { Database, Queries } from "./database.ts";

export interface GatewayRow {
  readonly key: number;
  readonly id: string;
  readonly public_key: Uint8Array;
  readonly agreement_key: Uint8Array;
}

export async function gatewaysById(queries: Queries, ids: readonly string[]): Promise<GatewayRow[]> {
  const { rows } = await queries.query<GatewayRow>(
    "SELECT key, id, public_key, agreement_key FROM gateway WHERE id = ANY($1::text[])",
    [ids],
  );
  return rows;
}

export interface MeterKey {
  readonly key: number;
  readonly id: string;
  /** Key of the gateway that it belongs to. */
  readonly gateway: number;
}

/** Meters by id; one that nobody has named yet is given to the gateway that names it now. */
export async function claimMeters(
  database: Database,
  claims: readonly { readonly id: string; readonly gateway: number }[],
): Promise<MeterKey[]> {
  // In one order everywhere: two batches that claim the same meters wait for each other, and not each for the other.
  const ordered = [...claims].sort((one, other) => (one.id < other.id ? -1 : 1));
  const [ids, gateways] = [ordered.map(({ id }) => id), ordered.map(({ gateway }) => gateway)];
  const select = "SELECT key, id, gateway FROM meter WHERE id = ANY($1::text[])";
  const { rows } = await database.query<MeterKey>(select, [ids]);
  if (rows.length === new Set(ids).size) return rows;
  await database.query(
    "INSERT INTO meter (id, gateway) SELECT * FROM unnest($1::text[], $2::int4[]) ON CONFLICT DO NOTHING",
    [ids, gateways],
  );
  return (await database.query<MeterKey>(select, [ids])).rows;
}

/** Key of the gateway that each of these sites belongs to; unknown sites are absent. */
export async function siteOwners(queries: Queries, ids: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await queries.query<{ id: string; gateway: number }>(
    "SELECT id, gateway FROM site WHERE id = ANY($1::text[])",
    [ids],
  );
  return new Map(rows.map(({ id, gateway }) => [id, gateway]));
}

export interface Enrolment {
  readonly gateway: string;
  readonly publicKey: Uint8Array;
  readonly agreementKey: Uint8Array;
  /** SHA-256 of the code, where one was given. */
  readonly codeHash: Uint8Array | undefined;
  readonly now: Instant;
}

/** `enrolled` also for a gateway that is known with these keys. */
export type EnrolmentResult = "enrolled" | "another-key" | "bad-code" | "unknown-key";

/** The code is used up in the transaction that admits its gateway, so one code admits one. */
export function enrol(database: Database, enrolment: Enrolment): Promise<EnrolmentResult> {
  return database.transaction(async (within) => {
    const known = (await gatewaysById(within, [enrolment.gateway]))[0];
    if (known !== undefined) return renew(within, known, enrolment);
    if (!(await admits(within, enrolment))) return enrolment.codeHash === undefined ? "unknown-key" : "bad-code";
    await within.query("INSERT INTO gateway (id, public_key, agreement_key, enrolled_at) VALUES ($1, $2, $3, $4)", [
      ...[enrolment.gateway, enrolment.publicKey, enrolment.agreementKey, iso(enrolment.now)],
    ]);
    return "enrolled";
  });
}

/** The device key is the gateway; its agreement key may be made anew. */
async function renew(within: Queries, known: GatewayRow, enrolment: Enrolment): Promise<EnrolmentResult> {
  if (Buffer.compare(known.public_key, enrolment.publicKey) !== 0) return "another-key";
  if (Buffer.compare(known.agreement_key, enrolment.agreementKey) !== 0) {
    await within.query("UPDATE gateway SET agreement_key = $2 WHERE key = $1", [known.key, enrolment.agreementKey]);
  }
  return "enrolled";
}

async function admits(within: Queries, { gateway, publicKey, codeHash, now }: Enrolment): Promise<boolean> {
  const listed = await within.query("SELECT 1 FROM allowed_key WHERE public_key = $1", [publicKey]);
  if (listed.count > 0) return true;
  if (codeHash === undefined) return false;
  const used = await within.query(
    "UPDATE enrolment_code SET used_at = $2, used_by = $3 WHERE hash = $1 AND used_at IS NULL AND expires_at > $2",
    [codeHash, iso(now), gateway],
  );
  return used.count === 1;
}

export async function addCode(queries: Queries, hash: Uint8Array, madeAt: Instant, expiresAt: Instant): Promise<void> {
  await queries.query(
    "INSERT INTO enrolment_code (hash, made_at, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    [hash, iso(madeAt), iso(expiresAt)],
  );
}

export async function allowKey(queries: Queries, publicKey: Uint8Array, now: Instant): Promise<void> {
  await queries.query("INSERT INTO allowed_key VALUES ($1, $2) ON CONFLICT DO NOTHING", [publicKey, iso(now)]);
}

/** The setting, made by `make` where there is none yet; every head-end on the database gets the same. */
export async function setting(queries: Queries, name: string, make: () => string): Promise<string> {
  const select = "SELECT value FROM setting WHERE name = $1";
  const before = (await queries.query<{ value: string }>(select, [name])).rows[0];
  if (before !== undefined) return before.value;
  await queries.query("INSERT INTO setting VALUES ($1, $2) ON CONFLICT DO NOTHING", [name, make()]);
  return (await queries.query<{ value: string }>(select, [name])).rows[0]?.value ?? "";
}

export interface MeterEntry {
  readonly key: number;
  readonly id: string;
  readonly site: string | null;
  readonly role: "grid" | "pv" | null;
  readonly profile: string | null;
  readonly serial: string | null;
  readonly interval_s: number | null;
  readonly channels: readonly ChannelId[];
}

/** @param site only those of this site */
export async function listMeters(queries: Queries, site?: string): Promise<MeterEntry[]> {
  return metersWhere(queries, "$1::text IS NULL OR site = $1", site ?? null);
}

export async function findMeter(queries: Queries, id: string): Promise<MeterEntry | undefined> {
  return (await metersWhere(queries, "id = $1", id))[0];
}

async function metersWhere(queries: Queries, condition: string, param: string | null): Promise<MeterEntry[]> {
  const { rows } = await queries.query<Omit<MeterEntry, "channels"> & { channels: number[] | null }>(
    `SELECT key, id, site, role, profile, serial, interval_s, channels FROM meter WHERE ${condition} ORDER BY id`,
    [param],
  );
  return rows.map((row) => ({ ...row, channels: (row.channels ?? []).map(channelOfCode) }));
}

export interface SiteEntry {
  readonly id: string;
  readonly gateway: string;
  readonly name: string;
  readonly zone: string;
  readonly allowed_export_w: number;
  readonly rated_w: number;
  readonly simulated: boolean;
  readonly tariff: string | null;
}

export async function listSites(queries: Queries, id?: string): Promise<SiteEntry[]> {
  const { rows } = await queries.query<SiteEntry>(
    `SELECT s.id, g.id AS gateway, s.name, s.zone, s.allowed_export_w, s.rated_w, s.simulated, s.tariff
       FROM site s JOIN gateway g ON g.key = s.gateway WHERE $1::text IS NULL OR s.id = $1 ORDER BY s.id`,
    [id ?? null],
  );
  return rows;
}

function iso(at: Instant): string {
  return new Date(at).toISOString();
}
