/** The head of every page: where one is, the way back, light or dark. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { theme, turnTheme } from "./theme.ts";
import "./frame.css";

interface FrameProps {
  /** In the browser's tab and the first heading. */
  title: string;
  crumbs?: ComponentChildren;
  children: ComponentChildren;
}

export function Frame({ title, crumbs, children }: FrameProps) {
  useEffect(() => {
    document.title = `${title} · CSJ Smart Meters`;
  }, [title]);
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <header class="frame-head">
        <nav aria-label="Pages">{crumbs}</nav>
        <ThemeButton />
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

function ThemeButton() {
  const dark = theme.value === "dark";
  return (
    <button class="plain theme" type="button" onClick={turnTheme}>
      <Icon name={dark ? "sun" : "moon"} />
      <span>{dark ? "Light" : "Dark"}</span>
    </button>
  );
}
