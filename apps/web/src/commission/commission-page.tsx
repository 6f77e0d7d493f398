/** The commissioning of one site: its steps as a list, live numbers while one runs, the verdict, the report. */
import type { Site } from "../api/shapes.ts";
import { power } from "../format/power.ts";
import { Frame } from "../shell/frame.tsx";
import { Icon } from "../shell/icon.tsx";
import { Banner, Failed, Loading } from "../shell/notice.tsx";
import { siteHref } from "../shell/router.ts";
import type { Commission } from "./shapes.ts";
import { StepCard } from "./step-card.tsx";
import { useCommission, type Walk } from "./use-commission.ts";
import "./commission.css";

export function CommissionPage({ site }: { site: Site }) {
  const walk = useCommission(site.id);
  const { loaded } = walk;
  return (
    <Frame
      title={`Commissioning of ${site.name}`}
      crumbs={
        <a href={siteHref(site.id)}>
          <Icon name="left" size={18} />
          Live
        </a>
      }
    >
      {loaded.state === "loading" && <Loading what="the commissioning" />}
      {loaded.state === "failed" && <Failed problem={loaded.problem} again={loaded.again} />}
      {(loaded.state === "ready" || loaded.state === "saved") && <Steps walk={walk} commission={loaded.value} />}
    </Frame>
  );
}

function Steps({ walk, commission }: { walk: Walk; commission: Commission }) {
  const { steps, running, says, rule, simulated } = commission;
  const done = steps.filter(({ state }) => state !== "open" && state !== "running").length;
  return (
    <>
      <header class="commission-head">
        <h1>{commission.name}: commissioning</h1>
        <p class="soft">
          {`${done} of ${steps.length} steps done. Held to: ${rule.name}${rule.verified ? "" : " (numbers not verified against the document)"}.`}
          {simulated ? " Everything here is simulated." : ""}
        </p>
        {walk.problem !== undefined && (
          <Banner icon="warning">
            {walk.problem.message} {walk.problem.help}
          </Banner>
        )}
        <Now live={commission.live} active={running !== null} />
      </header>
      <ol class="steps">
        {steps.map((step) => (
          <StepCard
            key={step.id}
            step={step}
            says={says}
            busy={running !== null}
            start={(answers) => walk.start(step.id, answers)}
            cancel={walk.cancel}
          />
        ))}
      </ol>
      <Report walk={walk} commission={commission} />
    </>
  );
}

function Now({ live, active }: { live: Commission["live"]; active: boolean }) {
  const figures = [
    ["Grid", live.grid_w],
    ["Output", live.output_w],
    ["Limit", live.limit_w],
  ] as const;
  return (
    <dl class={`commission-now${active ? "" : " soft"}`} aria-label={active ? "Now" : "Last read"}>
      {figures.map(([name, watts]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{power(watts)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Report({ walk, commission }: { walk: Walk; commission: Commission }) {
  const { report, running } = commission;
  return (
    <section class="commission-report" aria-labelledby="report-title">
      <h2 id="report-title">Signed report</h2>
      <p class="soft">It names every number and its limit, and what is missing. Make it again after every change.</p>
      <button type="button" disabled={running !== null} onClick={walk.report}>
        {report === null ? "Sign and write the report" : "Write it again"}
      </button>
      {report !== null && (
        <ul class="report-files">
          {(["html", "pdf", "json"] as const).map((kind) => (
            <li key={kind}>
              <a href={walk.reportHref(report[kind])} target="_blank" rel="noreferrer">
                {kind.toUpperCase()}
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
