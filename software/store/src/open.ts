/** `pglite:FOLDER` or `postgres://…`: opened, brought to this version's schema, and ready. */
import type { Database } from "./database.ts";
import { errors } from "./errors.ts";
import { migrate } from "./migrate.ts";
import { openPglite } from "./pglite/client.ts";
import { openPostgres } from "./postgres.ts";

export async function openDatabase(address: string): Promise<Database> {
  const database = await connect(address);
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

function connect(address: string): Promise<Database> {
  if (address.startsWith("pglite:") && address.length > "pglite:".length) {
    return openPglite(address.slice("pglite:".length));
  }
  if (/^postgres(ql)?:\/\//.test(address)) return openPostgres(address);
  throw errors.STORE_ADDRESS(`${JSON.stringify(address)} is not a database address.`);
}
