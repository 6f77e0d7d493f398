/**
 * Dice that are a function of where they are thrown: a seed mixed from the world's seed and names or numbers. Two sites
 * never share a stream, and adding a site changes no other.
 */
import { seededRandom } from "@csj/runtime/fake";

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a over the parts' text, 32 bits. */
export function seedOf(...parts: readonly (string | number)[]): number {
  let hash = FNV_OFFSET;
  for (const part of parts) {
    const text = `${part}|`;
    for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  }
  return hash >>> 0;
}

/** One number in [0, 1) for a seed and an index; costs no stream. */
export function dieAt(seed: number, index: number): number {
  let mixed = (seed ^ Math.imul(index | 0, 0x9e3779b1)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
}

/** A number in [low, high), drawn once for the parts. */
export function drawn(low: number, high: number, ...parts: readonly (string | number)[]): number {
  return low + (high - low) * seededRandom(seedOf(...parts)).next();
}
