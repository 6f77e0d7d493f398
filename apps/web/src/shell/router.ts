/** A few paths on the history API. A real link is used everywhere, so a middle click and a reload do what they should. */
import { signal } from "@preact/signals";

export type Route =
  | { readonly page: "street" }
  | { readonly page: "site"; readonly id: string }
  | { readonly page: "commission"; readonly id: string }
  | { readonly page: "waveform"; readonly id: string }
  | { readonly page: "home"; readonly id: string; readonly date: string | undefined }
  | { readonly page: "nowhere"; readonly path: string };

export const route = signal<Route>({ page: "street" });

export function routeOf(path: string, search = ""): Route {
  const [kind, id, ...rest] = path.split("/").filter((part) => part !== "");
  if (kind === undefined) return { page: "street" };
  if (id === undefined || rest.length > 0) return { page: "nowhere", path };
  if (kind === "site") return { page: "site", id: decodeURIComponent(id) };
  if (kind === "commission") return { page: "commission", id: decodeURIComponent(id) };
  if (kind === "waveform") return { page: "waveform", id: decodeURIComponent(id) };
  if (kind === "home") return { page: "home", id: decodeURIComponent(id), date: dateOf(search) };
  return { page: "nowhere", path };
}

export function siteHref(id: string): string {
  return `/site/${encodeURIComponent(id)}`;
}

export function commissionHref(id: string): string {
  return `/commission/${encodeURIComponent(id)}`;
}

export function waveformHref(id: string): string {
  return `/waveform/${encodeURIComponent(id)}`;
}

export function homeHref(id: string, date?: string): string {
  return `/home/${encodeURIComponent(id)}${date === undefined ? "" : `?date=${date}`}`;
}

export function navigate(href: string): void {
  history.pushState(null, "", href);
  route.value = routeOf(location.pathname, location.search);
}

export function startRouter(): () => void {
  const read = (): void => {
    route.value = routeOf(location.pathname, location.search);
  };
  read();
  addEventListener("popstate", read);
  document.addEventListener("click", follow);
  return () => {
    removeEventListener("popstate", read);
    document.removeEventListener("click", follow);
  };
}

function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null || link.origin !== location.origin || link.target !== "" || link.hash !== "") return;
  if (routeOf(link.pathname).page === "nowhere") return;
  event.preventDefault();
  if (link.href !== location.href) navigate(link.pathname + link.search);
}

function dateOf(search: string): string | undefined {
  const date = new URLSearchParams(search).get("date");
  return date !== null && /^\d{4}-\d{2}-\d{2}$/.test(date) ? date : undefined;
}
