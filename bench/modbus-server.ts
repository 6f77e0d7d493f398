/** The server that every client of the Modbus bench reads, in a process of its own. Tells its port to its parent. */
import { anyUnit, serveLink } from "@csj/modbus";
import { listenTcp } from "@csj/runtime/node";
import { served } from "./modbus-load.ts";

const units = anyUnit({ readHolding: (address, count) => served.subarray(address, address + count) });
const listener = await listenTcp("127.0.0.1", 0, (link) => {
  serveLink(link, { framing: "tcp", units });
});
process.send?.({ port: listener.port });
process.once("disconnect", () => process.exit(0));
