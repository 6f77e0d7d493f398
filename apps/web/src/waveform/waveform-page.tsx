/** What the measuring unit of a site sees of the mains: harmonics now, and the recordings of events. */
import type { Site } from "../api/shapes.ts";
import { useAnswer } from "../api/use-answer.ts";
import { Frame } from "../shell/frame.tsx";
import { Icon } from "../shell/icon.tsx";
import { Failed, Loading } from "../shell/notice.tsx";
import { siteHref } from "../shell/router.ts";
import { CapturesSection } from "./capture-viewer.tsx";
import { HarmonicsSection } from "./harmonics-section.tsx";
import type { Harmonics } from "./shapes.ts";
import "./waveform.css";

const HARMONICS_EVERY_MS = 1_000;

export function WaveformPage({ site }: { site: Site }) {
  const path = `/api/v1/sites/${encodeURIComponent(site.id)}`;
  const harmonics = useAnswer<Harmonics>(`${path}/harmonics`, { every: HARMONICS_EVERY_MS });
  return (
    <Frame
      title={`Waveform of ${site.name}`}
      crumbs={
        <a href={siteHref(site.id)}>
          <Icon name="left" size={18} />
          Live
        </a>
      }
    >
      <div class="waveform">
        <h1>{site.name}: waveform</h1>
        {site.simulated && <p class="soft">Everything here is simulated.</p>}
        {harmonics.state === "loading" && <Loading what="the harmonics" />}
        {harmonics.state === "failed" && <Failed problem={harmonics.problem} again={harmonics.again} />}
        {harmonics.state === "ready" && <HarmonicsSection harmonics={harmonics.value} />}
        <CapturesSection site={site} path={`${path}/captures`} />
      </div>
    </Frame>
  );
}
