import { createHash } from 'node:crypto';

/** What tells one state of a document from another (RFC 9110, section 8.8). */
export interface Validators {
  readonly etag: string;
  /** HTTP date */
  readonly lastModified?: string;
}

export interface Dated {
  /** ISO 8601; when the document came to be as it is, where that is known. */
  readonly changedAt?: string | undefined;
  readonly now: Date;
}

/**
 * The tag of a document is a digest of its text, so that the same text is never read twice. When it changed is not told within the
 * second of the change: another one of that second could not be told from it.
 */
export function validatorsOf(text: string, { changedAt, now }: Dated): Validators {
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  if (changedAt === undefined) return { etag };
  const changed = new Date(changedAt);
  return second(changed) < second(now) ? { etag, lastModified: changed.toUTCString() } : { etag };
}

export interface Condition {
  readonly 'if-none-match'?: string | undefined;
  readonly 'if-modified-since'?: string | undefined;
}

/** Whether the asker has this state already. Where there are tags the date says nothing (RFC 9110, section 13.1.3). */
export function hasIt(
  { 'if-none-match': tags, 'if-modified-since': since }: Condition,
  { etag, lastModified }: Validators,
): boolean {
  if (tags !== undefined)
    return tags.trim() === '*' || [...tags.matchAll(/"[^"]*"/g)].some(([tag]) => tag === etag);
  if (since === undefined || lastModified === undefined) return false;
  return Date.parse(lastModified) <= Date.parse(since);
}

function second(instant: Date): number {
  return Math.floor(instant.getTime() / 1_000);
}
