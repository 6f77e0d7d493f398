import type { Site } from "../api/shapes.ts";
import { Figures } from "../flow/figures.tsx";
import { Flow } from "../flow/flow.tsx";
import { AgeLine } from "../live/age-line.tsx";
import type { Freshness } from "../live/freshness.ts";
import type { Seen } from "../live/use-live.ts";
import { verdict } from "../live/verdict.ts";
import { Icon } from "../shell/icon.tsx";
import { siteHref } from "../shell/router.ts";

interface TileProps {
  site: Site;
  seen: Seen | undefined;
  fresh: Freshness;
}

export function Tile({ site, seen, fresh }: TileProps) {
  const live = seen?.live ?? site.live ?? undefined;
  const stale = fresh.state !== "live";
  const { icon, words, alarm } = verdict(live, fresh);
  return (
    <li>
      <a class={`tile${alarm ? " tile-alarm" : ""}`} href={siteHref(site.id)} data-site={site.id}>
        <span class="tile-head">
          <strong>{site.name}</strong>
          <AgeLine fresh={fresh} zone={site.zone} />
        </span>
        <Flow
          size="tile"
          stale={stale}
          pv={live?.pv_w ?? null}
          grid={live?.grid_w ?? null}
          home={live?.home_w ?? null}
          limit={live?.limit_w ?? null}
          rated={live?.rated_w ?? site.rated_w ?? 0}
        />
        <div class={stale ? "tile-old" : ""}>
          <Figures live={live} size="tile" />
        </div>
        <span class="tile-verdict">
          <Icon name={icon} size={18} />
          {words}
        </span>
      </a>
    </li>
  );
}
