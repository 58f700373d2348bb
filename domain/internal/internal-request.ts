import type { Severity } from '../embargo/embargo';

/** Somebody else's product, run by us for one customer: it gets internal releases as packages. */
export interface Installation {
  readonly name: string;
  /** Who runs it, and says how far it is. */
  readonly role: string;
}

/** What an internal release is asked for. Read by its audience alone. */
export interface InternalRequest {
  /** The incident that was declared, as its tracker names it. */
  readonly incident: string;
  readonly severity: Severity;
  /** Minors that get a package, newest first. */
  readonly minors: readonly string[];
  /** Embargoes whose fixes are in it. */
  readonly fixes: readonly string[];
  /** What the incident does to the installations. */
  readonly impact: string;
  /** Person who answers for the area that is affected, and approves first. */
  readonly engineeringManager: string;
  readonly installations: readonly Installation[];
  /** Milliseconds after the hand-over in which every installation is to be verified. */
  readonly acknowledgeWithinMs: number;
}

/** The rules of internal releases, frozen into each as it starts. */
export interface InternalSettings {
  /** Managed systems that have the fix before it is handed over, as GitLab names their environment. */
  readonly environments: readonly string[];
  readonly installations: readonly Installation[];
  readonly acknowledgeWithinMs: number;
  /** Milliseconds after which whoever has not acknowledged is reminded, again and again. */
  readonly remindAfterMs: number;
  /** Milliseconds between two looks at what the managed systems run. */
  readonly lookEveryMs: number;
}
