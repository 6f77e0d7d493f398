import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Calibration, type Layout, rawFrame } from "@csj/metrology";
import { Instant } from "@csj/quantity";
import { FakeTime, memoryLog, silentLog } from "@csj/runtime/fake";
import { listenTcp, nodeClock, nodeTimers, tcpLinks } from "@csj/runtime/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GpioInputs } from "../inputs/gpio.ts";
import { IioSource } from "./iio.ts";
import { PipeSource } from "./pipe.ts";
import { LinkSource } from "./raw-link.ts";
import { openRecording } from "./recording.ts";
import type { SampleSource } from "./source.ts";

const layout: Layout = { rate: 4000, channels: ["u1", "i1"], wiring: "1p2w", nominalHertz: 50, nominalVolts: 230 };
const calibration = { format: "csj-calibration-1", id: "test" } as unknown as Calibration;
const parts = { layout, calibration, deps: { clock: nodeClock(), timers: nodeTimers, log: silentLog } };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "csj-source-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("raw frames", () => {
  it("come through a pipe in order, and its end is told", async () => {
    const file = join(folder, "a.raw");
    writeFileSync(file, Buffer.concat([frame(0, [1, 2, 3, 4]), frame(2, [5, 6])]));
    expect(await taken(new PipeSource(parts, file))).toEqual([
      [0, [1, 2, 3, 4]],
      [2, [5, 6]],
    ]);
  });

  it("come over TCP, and the line is opened again when it was lost", async () => {
    let connections = 0;
    const listener = await listenTcp("127.0.0.1", 0, (link) => {
      connections += 1;
      link.send(frame(connections * 10, [connections, 0]));
      if (connections === 1) setTimeout(() => link.close(), 20);
    });
    const got: number[] = [];
    const source = new LinkSource(parts, tcpLinks("127.0.0.1", listener.port));
    await new Promise<void>((resolve) => {
      source.start({
        frame: ({ first }) => {
          got.push(first);
          if (got.length === 2) resolve();
        },
        stamp: () => {},
        ended: () => {},
      });
    });
    source.stop();
    await listener.close();
    expect(got).toEqual([10, 20]);
    expect(source.counters).toMatchObject({ frames: 2, damaged: 0 });
  });
});

describe("an IIO device (a made folder and a file stand in for it)", () => {
  it("is enabled, and its scans are read as its folder says", async () => {
    const device = join(folder, "iio:device0");
    mkdirSync(join(device, "scan_elements"), { recursive: true });
    mkdirSync(join(device, "buffer"));
    for (const name of ["enable", "length"]) writeFileSync(join(device, "buffer", name), "0");
    element(device, "voltage0", 0, "be:s24/32>>8");
    element(device, "voltage1", 1, "le:s16/16>>0");
    const buffer = join(folder, "buffer.dat");
    // A scan: 4 bytes, 2 bytes, and 2 that align the next one.
    writeFileSync(
      buffer,
      Buffer.from([0xff, 0xff, 0xfe, 0x55, 0x34, 0x12, 0, 0, 0x00, 0x00, 0x05, 0xaa, 0xff, 0xff, 0, 0]),
    );
    const config = {
      kind: "iio",
      device,
      buffer,
      channels: { voltage1: "u1", voltage0: "i1" },
      calibration: "",
    } as const;
    const source = new IioSource(parts, config);
    expect(await taken(source)).toEqual([[0, [0x1234, -2, -1, 5]]]);
    expect(readFileSync(join(device, "buffer", "enable"), "utf8")).toBe("1");
    expect(readFileSync(join(device, "buffer", "length"), "utf8")).toBe("8000");
    source.stop();
    expect(readFileSync(join(device, "buffer", "enable"), "utf8")).toBe("0");
  });
});

describe("a recording", () => {
  it("of other channels than the meter's is refused, and so is one that is not there", () => {
    const time = new FakeTime(Instant(0));
    const deps = { clock: time, timers: time, log: silentLog };
    const open = () => openRecording({ kind: "comtrade", file: join(folder, "none.cff") }, layout, deps);
    expect(open).toThrow(expect.objectContaining({ code: "METER_SOURCE_REFUSED" }));
  });
});

describe("switch inputs (a script stands in for gpiomon)", () => {
  it("follow the edges that gpiomon prints, by each line's polarity", async () => {
    const script = join(folder, "gpiomon");
    writeFileSync(
      script,
      "#!/bin/sh\nprintf '17 rising\\n18 falling\\n99 rising\\n17 fall'\nprintf 'ing\\n'\nexec sleep 5\n",
    );
    chmodSync(script, 0o755);
    const path = process.env["PATH"];
    process.env["PATH"] = `${folder}:${path}`;
    const log = memoryLog();
    const seen: [string, boolean][] = [];
    let inputs: GpioInputs | undefined;
    await new Promise<void>((resolve) => {
      const changed = (name: string, open: boolean) => {
        if (seen.push([name, open]) === 3) resolve();
      };
      const chip = "gpiochip0";
      inputs = new GpioInputs(
        [
          { name: "terminal-cover", chip, line: 17, openWhen: "high" },
          { name: "meter-cover", chip, line: 18, openWhen: "low" },
        ],
        { changed },
        log,
      );
      inputs.start();
    });
    process.env["PATH"] = path;
    inputs?.stop();
    expect(seen).toEqual([
      ["terminal-cover", true],
      ["meter-cover", true],
      ["terminal-cover", false],
    ]);
  });
});

function frame(first: number, samples: readonly number[]): Uint8Array {
  return rawFrame(layout.channels, { first, samples: Int32Array.from(samples) });
}

function element(device: string, name: string, index: number, type: string): void {
  const write = (what: string, text: string) =>
    writeFileSync(join(device, "scan_elements", `in_${name}_${what}`), `${text}\n`);
  write("en", "0");
  write("index", String(index));
  write("type", type);
}

function taken(source: SampleSource): Promise<[number, number[]][]> {
  const got: [number, number[]][] = [];
  return new Promise((resolve, reject) => {
    source.start({
      frame: ({ first, samples }) => got.push([first, [...samples]]),
      stamp: () => {},
      ended: (reason) => (reason === undefined ? resolve(got) : reject(reason)),
    });
  });
}
