import { generateDeviceKey, nodeDigest, nodeSigner, nodeVerifier } from "@csj/runtime/node";
import { describe, expect, it } from "vitest";
import { canonical } from "./canonical.ts";
import { chainStart, checkSeal, fromHex, hashOf, seal, toHex } from "./signed.ts";

const signer = nodeSigner(generateDeviceKey());
const verifier = nodeVerifier();
const body = { meter: "m1", counts: [1, 2, null], day: "2026-11-24" };

describe("canonical text", () => {
  it("does not depend on the order in which keys were written, nor on undefined ones", () => {
    expect(canonical({ b: 1, a: [true, "é"], c: undefined })).toBe(canonical({ a: [true, "é"], b: 1 }));
    expect(canonical({ b: 1, a: 2 })).toBe('{"a":2,"b":1}');
  });

  it.each([0.5, Number.NaN, 2 ** 53])("refuses %d, which another language may write otherwise", (value) => {
    expect(() => canonical({ value })).toThrow(expect.objectContaining({ code: "EVIDENCE_NOT_CANONICAL" }));
  });
});

describe("a sealed statement", () => {
  it("is accepted with its own key, purpose, body and predecessor, and with nothing else", async () => {
    const sealed = seal(nodeDigest, signer, "day", body, chainStart);
    const check = (purpose: string, what: typeof body, how = sealed, key = signer.publicKey) =>
      checkSeal(nodeDigest, verifier, key, purpose, what, how);
    expect(await check("day", body)).toBe(true);
    expect(await check("live", body)).toBe(false);
    expect(await check("day", { ...body, counts: [1, 3, null] })).toBe(false);
    expect(await check("day", body, { ...sealed, previous: hashOf(nodeDigest, body) })).toBe(false);
    expect(await check("day", body, { ...sealed, signature: "zz" })).toBe(false);
    expect(await check("day", body, { ...sealed, previous: `${sealed.previous.slice(0, 63)}\u0130` })).toBe(false);
    expect(await check("day", body, sealed, signer.publicKey.subarray(1))).toBe(false);
    expect(await check("day", body, sealed, nodeSigner(generateDeviceKey()).publicKey)).toBe(false);
  });

  it("reads hex back as it wrote it and refuses what is not hex", () => {
    expect(fromHex(toHex(new Uint8Array([0, 15, 255])))).toEqual(new Uint8Array([0, 15, 255]));
    expect(fromHex("abc")).toBeUndefined();
  });
});
