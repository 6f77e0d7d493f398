import type { Services } from "../services.ts";
import type { Api } from "./server.ts";

export function daysRoutes(_app: Api, _services: Services): void {}
