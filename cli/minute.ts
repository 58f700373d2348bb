/** `2026-12-01 11:00 UTC` of an ISO 8601 instant; an empty one has not come yet. */
export function minute(at: string): string {
  return at === '' ? 'not yet' : `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}
