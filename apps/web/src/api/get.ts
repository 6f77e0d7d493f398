/** One way to ask: an answer, or what went wrong in words that a page can show. */
export interface Problem {
  readonly kind: "offline" | "absent" | "refused";
  readonly code: string;
  readonly message: string;
  readonly help: string;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

const WAIT_MS = 15_000;

const unreachable: Problem = {
  kind: "offline",
  code: "WEB_UNREACHABLE",
  message: "The server does not answer.",
  help: "The page tries again by itself; check that this device is on the same network.",
};

export async function getJson<T>(path: string): Promise<Answer<T>> {
  return ask<T>(path, { headers: { accept: "application/json" }, cache: "no-store" });
}

export function putJson<T>(path: string, body: unknown): Promise<Answer<T>> {
  return sendJson("PUT", path, body);
}

export function postJson<T>(path: string, body: unknown): Promise<Answer<T>> {
  return sendJson("POST", path, body);
}

function sendJson<T>(method: string, path: string, body: unknown): Promise<Answer<T>> {
  const headers = { accept: "application/json", "content-type": "application/json" };
  return ask<T>(path, { method, headers, body: JSON.stringify(body) });
}

async function ask<T>(path: string, init: RequestInit): Promise<Answer<T>> {
  try {
    const response = await fetch(path, { ...init, signal: AbortSignal.timeout(WAIT_MS) });
    if (!response.ok) return { ok: false, problem: await problemOf(response) };
    if (response.status === 204) return { ok: true, value: undefined as T };
    if (!isJson(response)) return { ok: false, problem: notJson(response.status) };
    return { ok: true, value: (await response.json()) as T };
  } catch {
    return { ok: false, problem: unreachable };
  }
}

function isJson(response: Response): boolean {
  return (response.headers.get("content-type") ?? "").includes("json");
}

/** A server that answers an unknown path with its page is not an answer of the API. */
function notJson(status: number): Problem {
  return {
    kind: "absent",
    code: "WEB_NOT_AN_ANSWER",
    message: `The server answered ${status} with something that is no data.`,
    help: "It may be an older version than these pages.",
  };
}

async function problemOf(response: Response): Promise<Problem> {
  const kind = response.status === 404 ? "absent" : response.status >= 502 ? "offline" : "refused";
  const body = isJson(response) ? ((await response.json()) as Partial<Problem>) : {};
  return {
    kind,
    code: body.code ?? `HTTP_${response.status}`,
    message: body.message ?? `The server answered ${response.status}.`,
    help: body.help ?? "",
  };
}
