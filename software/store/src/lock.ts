/**
 * A folder for one process. SQLite's exclusive lock is a lock of the kernel, so it is free the moment its holder is gone,
 * however it went. A file with a process id would lock a container out of its own folder: the id of the dead holder is
 * soon somebody else's, and was seen to answer for a third of a second after kill -9.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "libsql";
import { errors } from "./errors.ts";

export interface FolderLock {
  release(): void;
}

export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const holder = new Sqlite(join(folder, "lock.db"));
  try {
    holder.exec("pragma locking_mode = exclusive; pragma busy_timeout = 0; begin exclusive");
  } catch (cause) {
    holder.close();
    throw errors.STORE_FOLDER_IN_USE(`Another process has opened ${folder}.`, { file: folder }, cause);
  }
  return { release: () => holder.close() };
}
