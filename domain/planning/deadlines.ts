import type { FixKind } from '../backport/backport';
import type { Severity } from '../embargo/embargo';

/** Within what time fixes are out, as the product has promised it. */
export interface Deadlines {
  /** Counted from the opening of an embargo. What is absent has no deadline. */
  readonly security: Readonly<Partial<Record<Severity, SecurityDeadline>>>;
  /** Milliseconds from when a minor owes a change until a version has it, by what the change mends. */
  readonly backports: Readonly<Partial<Record<FixKind, number>>>;
  /** Severities for which a patch of its own is proposed where no planned one can be in time. */
  readonly critical: readonly Severity[];
  /** How long before the last patch that is in time closes a fix that is not ready is told of. Milliseconds. */
  readonly warnBeforeMs: number;
}

interface SecurityDeadline {
  /** Milliseconds until every managed system has it; absent: none is promised. */
  readonly mitigatedMs?: number;
  /** Milliseconds until it is disclosed. */
  readonly publishedMs: number;
}

/** @returns ISO 8601 */
export function dueAfter(since: string, ms: number): string {
  return new Date(Date.parse(since) + ms).toISOString();
}
