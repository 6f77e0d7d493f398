/** One site, live: the balance, the limit and why it is what it is, the devices, and the last hour. */
import type { Live, LiveHistory, Site } from "../api/shapes.ts";
import { useAnswer } from "../api/use-answer.ts";
import { FaultPanel } from "../demo/fault-panel.tsx";
import { useDemo } from "../demo/use-demo.ts";
import { Figures } from "../flow/figures.tsx";
import { Flow } from "../flow/flow.tsx";
import { powerFigure } from "../format/power.ts";
import { AgeLine } from "../live/age-line.tsx";
import { type Freshness, freshness } from "../live/freshness.ts";
import { useLive } from "../live/use-live.ts";
import { Frame } from "../shell/frame.tsx";
import { Icon } from "../shell/icon.tsx";
import { Notice, OldBanner } from "../shell/notice.tsx";
import { now } from "../shell/now.ts";
import { homeHref, siteHref, waveformHref } from "../shell/router.ts";
import { Devices } from "./devices.tsx";
import { HistorySection } from "./history-section.tsx";
import { HoldPanel } from "./hold-panel.tsx";
import { LimitReason } from "./limit-reason.tsx";
import "./site.css";

interface SitePageProps {
  site: Site;
  gateway: boolean;
  inDemo: boolean;
  savedAt: number | undefined;
}

export function SitePage({ site, gateway, savedAt, inDemo }: SitePageProps) {
  const path = `/api/v1/sites/${encodeURIComponent(site.id)}/live`;
  const history = useAnswer<LiveHistory>(`${path}/history`);
  const pictures = useLive(path);
  const demo = useDemo(inDemo);
  const fresh = freshness(site, pictures, now.value);
  const live = pictures.sites.get(site.id)?.live ?? site.live ?? undefined;
  return (
    <Frame title={site.name} crumbs={<SiteCrumbs site={site} at="live" gateway={gateway} />}>
      {savedAt !== undefined && <OldBanner savedAt={savedAt} />}
      {live === undefined ? (
        <Notice icon="gap" title={`Nothing is heard from ${site.name} yet.`}>
          The gateway sends a picture each second as soon as it is connected. If it stays silent, look at the gateway's
          log on site.
        </Notice>
      ) : (
        <LiveSite site={site} live={live} fresh={fresh} gateway={gateway} />
      )}
      <HistorySection
        history={history}
        newest={pictures.sites.get(site.id)?.live}
        zone={site.zone}
        rated={live?.rated_w ?? site.rated_w ?? 0}
      />
      {demo && <FaultPanel sites={[site]} only={site.id} />}
    </Frame>
  );
}

export function SiteCrumbs({ site, at, gateway = false }: { site: Site; at: "live" | "home"; gateway?: boolean }) {
  if (gateway)
    return (
      <>
        <span>This gateway</span>
        <WaveformLink site={site} />
      </>
    );
  return (
    <>
      <a href="/">
        <Icon name="left" size={18} />
        Street
      </a>
      <a href={siteHref(site.id)} aria-current={at === "live" ? "page" : undefined}>
        Live
      </a>
      <a href={homeHref(site.id)} aria-current={at === "home" ? "page" : undefined}>
        Half-hours
      </a>
      <WaveformLink site={site} />
    </>
  );
}

function WaveformLink({ site }: { site: Site }) {
  return site.waveform === true ? <a href={waveformHref(site.id)}>Waveform</a> : null;
}

interface LiveSiteProps {
  site: Site;
  live: Live;
  fresh: Freshness;
  gateway: boolean;
}

function LiveSite({ site, live, fresh, gateway }: LiveSiteProps) {
  const stale = fresh.state !== "live";
  return (
    <>
      <section class="site-head" aria-label="Now">
        <div class="site-title">
          <h1>{site.name}</h1>
          <AgeLine fresh={fresh} zone={site.zone} />
        </div>
        <Hero live={live} stale={stale} />
        <p class={`hero-words${stale ? " site-old" : ""}`} aria-live="off">
          {stale ? <StaleWords fresh={fresh} /> : live.sentence}
        </p>
      </section>
      <section class="site-flow" aria-label="Flow of power" aria-describedby="flow-words">
        <p id="flow-words" class="unseen">
          {flowWords(live)}
        </p>
        <Flow
          size="page"
          stale={stale}
          pv={live.pv_w}
          grid={live.grid_w}
          home={live.home_w}
          limit={live.limit_w}
          rated={live.rated_w}
        />
        <div class={stale ? "site-old" : ""}>
          <Figures live={live} size="page" />
        </div>
      </section>
      <div class="site-facts">
        <LimitReason live={live} fresh={fresh} />
        <Devices live={live} stale={stale} />
        {live.hold !== undefined && !stale && <HoldPanel site={site.id} hold={live.hold} gateway={gateway} />}
      </div>
    </>
  );
}

function Hero({ live, stale }: { live: Live; stale: boolean }) {
  const grid = live.grid_w === null ? null : Math.round(live.grid_w);
  const figure = powerFigure(grid === null ? null : Math.abs(grid));
  const tone = stale ? "" : grid !== null && -grid > live.allowed_export_w ? " as-export" : "";
  const what = gridWords(grid);
  return (
    <p class={`site-hero${stale ? " site-old" : ""}`}>
      <span class={`hero-figure${tone}`}>
        {figure.value} <span class="unit">{figure.unit}</span>
      </span>
      <span class="hero-what">{stale ? `${what}, then` : what}</span>
    </p>
  );
}

function gridWords(grid: number | null): string {
  if (grid === null) return "no grid reading";
  if (grid === 0) return "to or from the grid";
  return grid < 0 ? "to the grid" : "from the grid";
}

function StaleWords({ fresh }: { fresh: Freshness }) {
  if (fresh.state === "waiting") return <>Connecting to the live picture.</>;
  if (fresh.state === "stale")
    return <>No new reading arrives. What is drawn is old; the gateway on site goes on by itself.</>;
  return <>This site is not connected. What is drawn is its last picture; the gateway on site goes on by itself.</>;
}

function flowWords(live: Live): string {
  const part = (name: string, watts: number | null): string => {
    const { value, unit } = powerFigure(watts);
    return watts === null ? `${name}: no reading` : `${name} ${value} ${unit}`;
  };
  return [
    part("Solar", live.pv_w),
    part("home", live.home_w),
    part("grid", live.grid_w),
    part("limit", live.limit_w),
  ].join(", ");
}
