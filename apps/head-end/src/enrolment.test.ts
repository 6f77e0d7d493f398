import { generateDeviceKey } from "@csj/runtime/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CODE_LIFE_MS } from "./enrolment.ts";
import { bytes, FakeGateway } from "./test/fake-gateway.ts";
import { type Running, running } from "./test/head-end.ts";

let at: Running;
const listed = new FakeGateway("listed-01");

beforeAll(async () => {
  at = await running({ enrolment: { codes: ["written-in-the-file"], keys: [listed.publicHex] } });
});
afterAll(() => at.stop());

const hello = async (gateway: FakeGateway, code?: string, payload = gateway.hello(code)) => {
  const { envelope, refused } = await at.headEnd.enrolment.hello(gateway.id, payload);
  const body = envelope?.body as { kind: string } | undefined;
  return refused?.code ?? body?.kind;
};

describe("a gateway that comes for the first time", () => {
  it("is welcomed with a code from the file, which is then used up", async () => {
    expect(await hello(new FakeGateway("one"), "written-in-the-file")).toBe("welcome");
    expect(await hello(new FakeGateway("two"), "written-in-the-file")).toBe("HEADEND_ENROLMENT_CODE");
  });

  it("uses a code up once, however many come with it at the same time", async () => {
    await at.headEnd.enrolment.addCode("for-one-of-many");
    const many = Array.from({ length: 8 }, (_, index) => hello(new FakeGateway(`many-${index}`), "for-one-of-many"));
    expect((await Promise.all(many)).filter((one) => one === "welcome").length).toBe(1);
  });

  it("is welcomed without a code where its key is on the list", async () => {
    expect(await hello(listed)).toBe("welcome");
  });

  it("is refused without a code, with a wrong one, and with one that is too old", async () => {
    expect(await hello(new FakeGateway("three"))).toBe("HEADEND_ENROLMENT_UNKNOWN");
    expect(await hello(new FakeGateway("three"), "never-made")).toBe("HEADEND_ENROLMENT_CODE");
    await at.headEnd.enrolment.addCode("soon-too-old");
    at.time.skip((CODE_LIFE_MS + 1) as never);
    expect(await hello(new FakeGateway("three"), "soon-too-old")).toBe("HEADEND_ENROLMENT_CODE");
  });

  it("is refused where the hello is not signed by the key that it carries, and uses no code up by that", async () => {
    await at.headEnd.enrolment.addCode("still-good");
    const gateway = new FakeGateway("four");
    const forged = { ...gateway.helloMessage("still-good"), signature: "0".repeat(128) };
    expect(await hello(gateway, undefined, bytes(forged))).toBe("HEADEND_ENROLMENT_SIGNATURE");
    expect(await hello(gateway, "still-good")).toBe("welcome");
  });

  it.each(["{", "[]", '{"body":{}}', " ".repeat(5_000)])("gets no answer to %j, which is no hello", async (text) => {
    const { envelope, refused } = await at.headEnd.enrolment.hello("five", Buffer.from(text));
    expect([envelope, refused?.code]).toEqual([undefined, "HEADEND_MESSAGE"]);
  });
});

describe("a gateway that is known", () => {
  it("is welcomed again with its key, also after its agreement key was made anew", async () => {
    const key = generateDeviceKey();
    await at.headEnd.enrolment.addCode("known-code");
    expect(await hello(new FakeGateway("known", key), "known-code")).toBe("welcome");
    expect(await hello(new FakeGateway("known", key))).toBe("welcome");
  });

  it("is refused with another key, also where that one brings a good code", async () => {
    await at.headEnd.enrolment.addCode("another-code");
    expect(await hello(new FakeGateway("known"), "another-code")).toBe("HEADEND_ENROLMENT_KEY");
    expect(await hello(new FakeGateway("six"), "another-code")).toBe("welcome");
  });
});
