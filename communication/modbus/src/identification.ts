/** Device identification comes in pieces: each answer says at which object the next request goes on (clause 6.21). */
import type { IdentificationObjects } from "./access.ts";
import type { Identification } from "./pdu.ts";

/** A device that never comes to an end is cut off here. */
const PIECES_MAX = 32;

export async function readIdentification(
  ask: (object: number) => Promise<Identification>,
): Promise<IdentificationObjects> {
  const objects = new Map<number, Uint8Array>();
  let object: number | undefined = 0;
  for (let piece = 0; piece < PIECES_MAX && object !== undefined; piece += 1) {
    const found: Identification = await ask(object);
    for (const { id, value } of found.objects) objects.set(id, value);
    object = found.next !== undefined && found.next > object ? found.next : undefined;
  }
  return objects;
}
