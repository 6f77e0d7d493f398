/** What the routes are made of. */

import type { UtcDay } from "@csj/reading";
import type { Clock } from "@csj/runtime";
import type { Database } from "@csj/store";
import type { FastifyInstance } from "fastify";
import type { Enrolment } from "./enrolment.ts";
import type { LiveBoard } from "./live-board.ts";
import type { Metrics } from "./metrics.ts";
import type { Presence } from "./presence.ts";
import type { Zones } from "./zones.ts";

export interface Services {
  readonly database: Database;
  readonly clock: Clock;
  readonly board: LiveBoard;
  readonly presence: Presence;
  readonly zones: Zones;
  readonly metrics: Metrics;
  readonly enrolment: Enrolment;
  readonly readsNeedToken: boolean;
  /** Folder of the built pages, where they are served. */
  readonly webRoot: string | undefined;
  /** Messages that wait for a batch. */
  waiting(): number;
  /** Throws HEADEND_TOKEN where the header does not carry the token. */
  checkToken(authorization: string | undefined): void;
  resend(gateway: string, from: UtcDay, to: UtcDay): Promise<boolean>;
  /** Adds routes of whoever composes the head-end. */
  register: ((app: FastifyInstance) => Promise<void> | void) | undefined;
}
