/** The age of a picture in words, always there. */
import { age, moment } from "../format/time.ts";
import { Icon } from "../shell/icon.tsx";
import { type Freshness, STALE_MS } from "./freshness.ts";

export function ageWords(fresh: Freshness, zone: string): string {
  if (fresh.state === "none") return "nothing heard yet";
  if (fresh.state === "waiting") return "connecting";
  if (fresh.state === "last")
    return fresh.at === null ? "last picture, time unknown" : `seen ${moment(fresh.at, zone)}`;
  if (fresh.state === "stale") return `no new reading for ${age(fresh.ageMs)}`;
  return fresh.ageMs < 1500 ? "live" : `${age(fresh.ageMs)} old`;
}

export function AgeLine({ fresh, zone }: { fresh: Freshness; zone: string }) {
  const live = fresh.state === "live" && fresh.ageMs < STALE_MS;
  const icon =
    fresh.state === "none" ? "gap" : fresh.state === "live" || fresh.state === "waiting" ? "clock" : "unplugged";
  return (
    <span class={`age${live ? " age-live" : ""}`}>
      {live ? <span class="age-dot" aria-hidden="true" /> : <Icon name={icon} size={16} />}
      {ageWords(fresh, zone)}
    </span>
  );
}
