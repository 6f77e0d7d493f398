/**
 * PGlite keeps its word on a disk. As it comes it starts PostgreSQL with fsync off, and with fsync on its file system has
 * no fsync to call: a commit would be lost with the power. Here fsync reaches the disk. Covered: files. Not covered: the
 * directory entries of new files, which the kernel writes in its own time. A test counts the calls.
 */
import { fsyncSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

type InitOptions = Parameters<NodeFS["init"]>[1];

/** PGlite's module lets its file systems be reached, which its types do not say. */
interface NodeFileSystem {
  readonly NODEFS: { readonly stream_ops: { fsync?: (stream: { readonly nfd: number }) => number } };
}

export class DurableFs extends NodeFS {
  readonly #synced: () => void;

  constructor(folder: string, synced: () => void) {
    super(folder);
    this.#synced = synced;
  }

  override async init(pg: PGlite, options: InitOptions): ReturnType<NodeFS["init"]> {
    const made = await super.init(pg, options);
    const patch = (module: unknown): void => {
      (module as NodeFileSystem).NODEFS.stream_ops.fsync = ({ nfd }) => {
        fsyncSync(nfd);
        this.#synced();
        return 0;
      };
    };
    return { emscriptenOpts: { ...made.emscriptenOpts, preRun: [...preRuns(made.emscriptenOpts.preRun), patch] } };
  }
}

function preRuns<Run>(given: Run | Run[] | undefined): Run[] {
  if (given === undefined) return [];
  return Array.isArray(given) ? given : [given];
}

/** `fsync`, since Emscripten's fdatasync does nothing. Small buffers: the operating system caches the same files. */
const SETTINGS = [
  "fsync=on",
  "wal_sync_method=fsync",
  "shared_buffers=16MB",
  "min_wal_size=32MB",
  "max_wal_size=128MB",
  "timezone=UTC",
];

export const startParams: string[] = [
  ...PGlite.defaultStartParams.filter((one) => one !== "-F"),
  ...SETTINGS.flatMap((setting) => ["-c", setting]),
];
