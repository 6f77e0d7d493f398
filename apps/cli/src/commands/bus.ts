/** A bus for a command that asks a few things and ends. */
import { type BusAddress, ModbusBus, parseBusAddress } from "@csj/modbus";
import { linksOf, nodeClock, nodeTimers } from "@csj/runtime/node";

export async function withBus<Result>(
  address: BusAddress,
  timeout: number,
  use: (bus: ModbusBus) => Promise<Result>,
): Promise<Result> {
  const links = linksOf(address);
  const bus = new ModbusBus({ links, framing: address.framing, clock: nodeClock(), timers: nodeTimers, timeout });
  try {
    return await use(bus);
  } finally {
    bus.close();
  }
}

/** For commander: turns an option's text into an address, coded where it is none. */
export const busAddress = (text: string): BusAddress => parseBusAddress(text);
