import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeClock, nodeTimers } from "@csj/runtime/node";
import { createWorld, serveWorld, siteConfig, streetOf } from "@csj/world";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { startGateway } from "./gateway.ts";

test("a gateway reads a site over real sockets, holds its limit, shows it, and lets its folder go", async () => {
  const folder = mkdtempSync(join(tmpdir(), "csj-gateway-"));
  const clock = nodeClock();
  const street = streetOf(1, { seed: 1 });
  const world = createWorld({ seed: 1, start: clock.now(), ...street });
  const served = await serveWorld(world, {
    host: "127.0.0.1",
    firstPort: 0,
    timers: nodeTimers,
    now: () => clock.now(),
  });
  const config = join(folder, "site.yaml");
  const site = siteConfig(street.sites[0]!, (id) => served.addresses.get(id)!);
  writeFileSync(config, stringify({ ...site, cycle_ms: 200, page: { port: 0 } }));
  const options = { config, home: join(folder, "home"), log: "silent" } as const;
  const running = await startGateway(options);
  await expect(startGateway(options)).rejects.toThrow(`Another process is running on ${options.home}.`);
  const answer = await fetch(`${running.says.page}/api/v1/sites/${running.says.site}/live`);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!/"grid_w":-?\d.*"limit_w":\d/.test(text)) text += (await reader.read()).value ?? "";
  await running.stop();
  const again = await startGateway(options);
  expect(again.says.public_key).toBe(running.says.public_key);
  await again.stop();
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});
