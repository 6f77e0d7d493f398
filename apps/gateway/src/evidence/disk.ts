/** The calls that the log makes on a file, so that a test can hand it a disk that is full. */
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  unlinkSync,
  writeSync,
} from "node:fs";

export interface Disk {
  /** Makes the file where there is none; writes go to its end. */
  open(path: string): number;
  size(file: number): number;
  /** How many bytes were taken, from 0 on. */
  write(file: number, bytes: Uint8Array, offset: number): number;
  truncate(file: number, bytes: number): void;
  sync(file: number): void;
  syncLater(file: number, done: (error: Error | null) => void): void;
  close(file: number): void;
  remove(path: string): void;
}

export const nodeDisk: Disk = {
  open: (path) => openSync(path, "a", 0o600),
  size: (file) => fstatSync(file).size,
  write: (file, bytes, offset) => writeSync(file, bytes, offset),
  truncate: ftruncateSync,
  sync: fdatasyncSync,
  syncLater: fdatasync,
  close: closeSync,
  remove: unlinkSync,
};
