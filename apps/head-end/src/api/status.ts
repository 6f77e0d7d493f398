/** The HTTP status of a code; what is not listed is a mistake in the request. */
const STATUSES: Readonly<Record<string, number>> = {
  HEADEND_NOT_FOUND: 404,
  HEADEND_TOKEN: 401,
  HEADEND_BUSY: 503,
  HEADEND_ZONE: 422,
  STORE_UNREACHABLE: 503,
  STORE_BUSY: 503,
  STORE_CLOSED: 503,
  STORE_QUERY: 500,
};

export function statusOf(code: string): number {
  return STATUSES[code] ?? (code.startsWith("TARIFF_") ? 422 : 400);
}
