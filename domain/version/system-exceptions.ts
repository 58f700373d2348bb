import type { Evidence } from '../verdict';

/** One system that may stay without a fix while it is disclosed, named by somebody, for a while. */
export interface SystemException {
  readonly system: string;
  /** Id of the person who has approved it. */
  readonly approvedBy: string;
  /** Read by whoever reads a release. */
  readonly reason: string;
  /** ISO 8601: from then on the system is waited for again. */
  readonly until: string;
}

/** Those that count at an instant. */
export function standingExceptions(
  exceptions: readonly SystemException[] = [],
  at: string,
): readonly SystemException[] {
  return exceptions.filter(({ until }) => Date.parse(at) < Date.parse(until));
}

/** `cell-9 (excepted by lena until 2026-12-05T00:00:00.000Z)`, one after the other. */
export function exceptedText(exceptions: readonly SystemException[]): string {
  return exceptions
    .map(({ system, approvedBy, until }) => `${system} (excepted by ${approvedBy} until ${until})`)
    .join(', ');
}

export function exceptionEvidence(exceptions: readonly SystemException[]): readonly Evidence[] {
  return exceptions.map(({ system, approvedBy, until, reason }) => ({
    label: `exception for ${system}`,
    value: `${approvedBy}, until ${until}: ${reason}`,
  }));
}

/**
 * What a patch says of systems that it does not wait for. It is said of every patch, whatever these systems lack: that one has
 * to be excepted for this very patch would tell that it discloses something.
 */
export function exceptedSentence(exceptions: readonly SystemException[]): string {
  return exceptions.length === 0 ? '' : ` Not waited for: ${exceptedText(exceptions)}.`;
}
