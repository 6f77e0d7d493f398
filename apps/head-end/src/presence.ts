/** Which gateways are there. A broker says when one comes or goes; a live picture says that it is there now. */
/** Without a picture for this long a gateway counts as gone, whatever the broker says. */
const SILENT_AFTER_MS = 60_000;

export class Presence {
  readonly #monotonic: () => number;
  readonly #connected = new Set<string>();
  readonly #heardAt = new Map<string, number>();
  /** Site to the gateway whose picture it shows. */
  readonly #owners = new Map<string, string>();

  /** @param monotonic real milliseconds, also where the days are simulated */
  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
  }

  get count(): number {
    return this.#connected.size;
  }

  set(gateway: string, online: boolean): void {
    if (online) this.#connected.add(gateway);
    else this.#connected.delete(gateway);
    if (!online) this.#heardAt.delete(gateway);
  }

  heard(gateway: string, site: string): void {
    this.#connected.add(gateway);
    this.#heardAt.set(gateway, this.#monotonic());
    this.#owners.set(site, gateway);
  }

  /** The gateway of a site's stored statement; pictures of the site from another are not shown. */
  setOwner(site: string, gateway: string): void {
    this.#owners.set(site, gateway);
  }

  siteTakenBy(site: string, gateway: string): boolean {
    const owner = this.#owners.get(site);
    return owner !== undefined && owner !== gateway;
  }

  online(gateway: string): boolean {
    const heard = this.#heardAt.get(gateway);
    return this.#connected.has(gateway) && heard !== undefined && this.#monotonic() - heard < SILENT_AFTER_MS;
  }
}
