/** What `csj demo` is asked for. */
import type { Log } from "@csj/runtime";

export interface DemoOptions {
  readonly port: number;
  readonly speed: number;
  readonly sites: number;
  readonly seed: number;
  /** A folder of recorded homes. */
  readonly data?: string;
  readonly home: string;
  /** The first site's grid meter; the following ports are the other devices'. 0 takes free ones. */
  readonly modbusPort: number;
  readonly historyDays: number;
  readonly log: Log;
  progress(text: string): void;
}
