/** Which page stands at which path, and which kind of server is behind it. */
import { useRef } from "preact/hooks";
import type { Sites } from "./api/shapes.ts";
import { useAnswer } from "./api/use-answer.ts";
import { CommissionPage } from "./commission/commission-page.tsx";
import { HomePage } from "./home/home-page.tsx";
import { Frame } from "./shell/frame.tsx";
import { Failed, Loading, Notice } from "./shell/notice.tsx";
import { type Route, route } from "./shell/router.ts";
import { SitePage } from "./site/site-page.tsx";
import { StreetPage } from "./street/street-page.tsx";
import { WaveformPage } from "./waveform/waveform-page.tsx";

/** Sites come and go rarely; whether they are online is said by their stream. The first one is waited for. */
const SITES_EVERY_MS = 30_000;
const FIRST_SITE_EVERY_MS = 2_000;

export function App() {
  const none = useRef(true);
  const every = none.current ? FIRST_SITE_EVERY_MS : SITES_EVERY_MS;
  const sites = useAnswer<Sites>("/api/v1/sites", { every, keep: true });
  if (sites.state === "ready") none.current = sites.value.sites.length === 0;
  if (sites.state === "loading")
    return (
      <Frame title="Loading">
        <Loading what="the sites" />
      </Frame>
    );
  if (sites.state === "failed") {
    return (
      <Frame title="No answer">
        <Failed problem={sites.problem} again={sites.again} />
      </Frame>
    );
  }
  const savedAt = sites.state === "saved" ? sites.savedAt : undefined;
  return <Page sites={sites.value} savedAt={savedAt} at={pageAt(sites.value, route.value)} />;
}

interface PageProps {
  sites: Sites;
  savedAt: number | undefined;
  at: Route;
}

function Page({ sites, savedAt, at }: PageProps) {
  if (at.page === "street") return <StreetPage sites={sites.sites} savedAt={savedAt} inDemo={sites.demo === true} />;
  const site = at.page === "nowhere" ? undefined : sites.sites.find(({ id }) => id === at.id);
  if (site === undefined || at.page === "nowhere") return <Nowhere at={at} />;
  if (at.page === "commission") return <CommissionPage key={site.id} site={site} />;
  if (at.page === "waveform") return <WaveformPage key={site.id} site={site} />;
  if (at.page === "home") return <HomePage key={site.id} site={site} date={at.date} />;
  return (
    <SitePage
      key={site.id}
      site={site}
      gateway={sites.gateway === true}
      savedAt={savedAt}
      inDemo={sites.demo === true}
    />
  );
}

/** A gateway has one site and no half-hours of others: its front page is that site. */
function pageAt(sites: Sites, asked: Route): Route {
  const only = sites.sites[0];
  if (sites.gateway !== true || only === undefined) return asked;
  const page = asked.page === "commission" || asked.page === "waveform" ? asked.page : "site";
  return { page, id: only.id };
}

function Nowhere({ at }: { at: Route }) {
  const what = at.page === "nowhere" ? at.path : "id" in at ? `A site called ${at.id}` : "This";
  return (
    <Frame title="Not here" crumbs={<a href="/">Street</a>}>
      <Notice icon="warning" title="There is nothing at this address.">
        {what} is not known here. <a href="/">All sites are on the street page.</a>
      </Notice>
    </Frame>
  );
}
