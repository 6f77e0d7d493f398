/**
 * One gateway per folder, by a file lock that the kernel takes back when the process ends. A pid file was measured to
 * refuse a restart after `kill -9`, and in a container, where pids repeat, it can lock a gateway out for ever.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { errors } from "../errors.ts";

export interface FolderLock {
  release(): void;
}

/** Makes the folder where there is none. Throws GATEWAY_FOLDER_IN_USE or GATEWAY_FOLDER_UNUSABLE. */
export function lockFolder(folder: string): FolderLock {
  let database: Database.Database;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    database = new Database(join(folder, "lock.db"));
  } catch (error) {
    throw errors.GATEWAY_FOLDER_UNUSABLE(`The gateway's folder ${folder} cannot be used.`, { file: folder }, error);
  }
  try {
    database.exec("PRAGMA locking_mode = exclusive; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    throw lockFailure(folder, error);
  }
  return { release: () => database.close() };
}

function lockFailure(folder: string, error: unknown): Error {
  const busy = error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
  return busy
    ? errors.GATEWAY_FOLDER_IN_USE(`Another gateway is running on ${folder}.`, { file: folder }, error)
    : errors.GATEWAY_FOLDER_UNUSABLE(`The gateway's folder ${folder} cannot be locked.`, { file: folder }, error);
}
