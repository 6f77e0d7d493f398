/** The designed states: each says what is so and what comes next. */
import type { ComponentChildren } from "preact";
import type { Problem } from "../api/get.ts";
import { age } from "../format/time.ts";
import { Icon, type IconName } from "./icon.tsx";
import { now } from "./now.ts";
import "./notice.css";

interface NoticeProps {
  icon: IconName;
  title: string;
  children?: ComponentChildren;
  action?: { label: string; run: () => void } | undefined;
}

export function Notice({ icon, title, children, action }: NoticeProps) {
  return (
    <section class="notice" role="status">
      <Icon name={icon} size={32} />
      <h2>{title}</h2>
      <p>{children}</p>
      {action && (
        <button type="button" onClick={action.run}>
          {action.label}
        </button>
      )}
    </section>
  );
}

export function Loading({ what }: { what: string }) {
  return (
    <section class="notice notice-loading" role="status" aria-busy="true">
      <p>{`Asking for ${what} …`}</p>
    </section>
  );
}

export function Failed({ problem, again }: { problem: Problem; again: () => void }) {
  const icon = problem.kind === "offline" ? "unplugged" : "warning";
  return (
    <Notice icon={icon} title={problem.message} action={{ label: "Try again", run: again }}>
      {problem.help} <code class="small soft">{problem.code}</code>
    </Notice>
  );
}

/** Above content that is not of now. */
export function OldBanner({ savedAt }: { savedAt: number }) {
  return (
    <p class="banner" role="status">
      <Icon name="unplugged" />
      <span>
        <strong>Offline.</strong> What you see was saved on this device {age(now.value - savedAt)} ago.
      </span>
    </p>
  );
}

export function Banner({ icon, children }: { icon: IconName; children: ComponentChildren }) {
  return (
    <p class="banner" role="status">
      <Icon name={icon} />
      <span>{children}</span>
    </p>
  );
}
