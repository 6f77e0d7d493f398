/** All sites live. Their order never changes, so a home stays where the eye left it; what needs a look is marked. */
import type { Demo, Site } from "../api/shapes.ts";
import { DemoStrip } from "../demo/demo-strip.tsx";
import { FaultPanel } from "../demo/fault-panel.tsx";
import { useDemo } from "../demo/use-demo.ts";
import { powerFigure } from "../format/power.ts";
import { freshness } from "../live/freshness.ts";
import { type LivePictures, useLive } from "../live/use-live.ts";
import { Frame } from "../shell/frame.tsx";
import { Banner, Notice, OldBanner } from "../shell/notice.tsx";
import { now } from "../shell/now.ts";
import { exportWords, streetSentence, sumOf } from "./summary.ts";
import { Tile } from "./tile.tsx";
import "./street.css";

const here = (
  <a href="/" aria-current="page">
    Street
  </a>
);

interface StreetProps {
  sites: readonly Site[];
  savedAt: number | undefined;
  inDemo: boolean;
}

export function StreetPage({ sites, savedAt, inDemo }: StreetProps) {
  const pictures = useLive("/api/v1/live");
  const demo = useDemo(inDemo);
  if (sites.length === 0) return <Empty demo={demo} inDemo={inDemo} />;
  return (
    <Frame title="Street" crumbs={here}>
      {savedAt === undefined ? <StreamBanner pictures={pictures} /> : <OldBanner savedAt={savedAt} />}
      <Headline sites={sites} pictures={pictures} demo={demo} />
      <ul class="tiles">
        {sites.map((site) => (
          <Tile
            key={site.id}
            site={site}
            seen={pictures.sites.get(site.id)}
            fresh={freshness(site, pictures, now.value)}
          />
        ))}
      </ul>
      {demo && <FaultPanel sites={sites} />}
    </Frame>
  );
}

interface HeadlineProps {
  sites: readonly Site[];
  pictures: LivePictures;
  demo: Demo | undefined;
}

function Headline({ sites, pictures, demo }: HeadlineProps) {
  const heard = sites.map((site) => {
    const live = pictures.sites.get(site.id)?.live;
    return freshness(site, pictures, now.value).state === "live" ? live : undefined;
  });
  const sum = sumOf(heard);
  const figure = powerFigure(sum.exported);
  return (
    <section class="headline" aria-label="The street now">
      <h1>
        <span class={`hero-figure${sum.unwanted > 0 ? " as-export" : ""}`}>
          {figure.value} <span class="unit">{figure.unit}</span>
        </span>
        <span class="hero-what">{exportWords(sum)}</span>
      </h1>
      <div class="headline-words">
        <p class="hero-words">
          {pictures.sites.size === 0
            ? "Waiting for the first readings."
            : streetSentence(sum, demo?.held_back_w ?? null)}
        </p>
        <DemoStrip demo={demo} />
      </div>
    </section>
  );
}

function StreamBanner({ pictures }: { pictures: LivePictures }) {
  if (pictures.stream !== "broken") return null;
  return (
    <Banner icon="unplugged">
      <strong>The live connection is broken.</strong> It is being tried again; until then the values below are old.
    </Banner>
  );
}

function Empty({ demo = {}, inDemo }: { demo: Demo | undefined; inDemo: boolean }) {
  return (
    <Frame title="Street" crumbs={here}>
      {inDemo ? (
        <Notice icon="house" title="The street is being built.">
          {historyWords(demo)}
        </Notice>
      ) : (
        <Notice icon="house" title="No site is connected yet.">
          Make an enrolment code on the head-end, put it into a gateway's configuration as{" "}
          <code>head_end.enrolment_code</code>, and start the gateway. It appears here by itself.
        </Notice>
      )}
    </Frame>
  );
}

function historyWords({ history_sites_done: done = 0, history_sites: all = 0 }: Demo): string {
  if (done >= all) return "Every home has its past; the gateways are starting.";
  return `Each home's gateway lives through its past month first: ${done} of ${all} homes are there.`;
}
