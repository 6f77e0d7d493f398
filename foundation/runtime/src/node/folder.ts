/**
 * A folder for one process at a time. SQLite's exclusive lock is a lock of the kernel, so it is free the moment its holder
 * is gone, however it went. A file with a process id would lock a container out of its own folder: the id of the dead
 * holder is soon somebody else's, and was seen to answer for a third of a second after kill -9.
 *
 * An entry of its own (`@csj/runtime/folder`): a command that only reads a meter loads no database for it.
 */
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import Sqlite from "libsql";
import { runtimeErrors } from "../errors.ts";

export interface FolderLock {
  release(): void;
}

/** Makes the folder where there is none. Throws RUNTIME_FOLDER_IN_USE or RUNTIME_FOLDER_UNUSABLE. */
export function lockFolder(folder: string): FolderLock {
  let holder: Sqlite.Database | undefined;
  try {
    makeFolder(resolve(folder));
    holder = new Sqlite(join(folder, "lock.db"));
    holder.exec("pragma locking_mode = exclusive; pragma busy_timeout = 0; begin exclusive");
  } catch (cause) {
    holder?.close();
    throw refusal(folder, cause);
  }
  return { release: () => holder.close() };
}

/** Level by level: Node's own recursive call never returns where a file system has no place for it (seen under /proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

function refusal(folder: string, cause: unknown): Error {
  const busy = cause instanceof Error && "code" in cause && String(cause.code).startsWith("SQLITE_BUSY");
  return busy
    ? runtimeErrors.RUNTIME_FOLDER_IN_USE(`Another process is running on ${folder}.`, { file: folder }, cause)
    : runtimeErrors.RUNTIME_FOLDER_UNUSABLE(`${folder} cannot be used.`, { file: folder }, cause);
}
