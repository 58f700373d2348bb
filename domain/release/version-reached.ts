import type { VersionStatus } from './release';

/** What the record says of a version that has come so far; found by it again, so it is said here alone. */
export function reachedSentence({ version, reached }: Pick<VersionStatus, 'version' | 'reached'>): string {
  return `${version} is ${reached}.`;
}
