import type { Severity } from '../embargo/embargo';
import type { FixKind } from '../backport/backport';

/** What is not out yet and has a deadline: a fix, or all that waits on a line. */
export interface PendingFix {
  /** `embargo:k3v9x0q2ab`; of a backport the change and the minor: `gitlab!1234 18.6`; of a line `pressure:18.6`. */
  readonly id: string;
  readonly kind: 'security' | 'backport' | 'pressure';
  /** What its deadline goes by; a line has none. */
  readonly grade?: Severity | FixKind;
  /** What is due, where its id and its grade do not say it. */
  readonly what?: string;
  /** ISO 8601; when its time began. */
  readonly since: string;
  /** ISO 8601; until then it is to be out. */
  readonly dueAt: string;
  /** The lines that owe it; a patch for any of them takes it along. None where the default branch alone has the hole. */
  readonly minors: readonly string[];
  /** What still has to be done before a patch can take it; absent where nothing has to. */
  readonly lacks?: Lack;
  /** ISO 8601: agreed with others; nothing is out before. */
  readonly notBefore?: string;
  /** The release that has it on board. */
  readonly aboard?: Aboard;
}

export interface Lack {
  /** In a clause: `it is not sealed`. */
  readonly what: string;
  /** Who does it. */
  readonly who: string;
  /** What shows more of it. */
  readonly command: string;
}

export interface Aboard {
  /** `patch:7` */
  readonly id: string;
  /** What the calendar calls it: `patch:2026-12-09`. Absent: the calendar has no date of it. */
  readonly release?: string;
}
