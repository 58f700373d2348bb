/**
 * What every gate answers. A bare boolean explains nothing, so there is none: `sentence` is what page, chat, terminal and
 * audit all show. `unknown` means that it could not be measured, which is neither pass nor fail.
 */
export interface Verdict {
  readonly verdict: 'pass' | 'wait' | 'fail' | 'unknown';
  readonly sentence: string;
  /** Who has to do something, by role or name; absent when nobody has to. */
  readonly whoActs?: string;
  /** ISO 8601 instant at which looking again makes sense. */
  readonly lookAgainAt?: string;
  readonly evidence: readonly Evidence[];
}

/** A verdict on something that is a secret to most. What `uncleared` says must also occur where there is no secret at all. */
export interface GuardedVerdict {
  /** For the audience of the secret. */
  readonly cleared: Verdict;
  /** For everybody else: error texts, logs, pages. */
  readonly uncleared: Verdict;
}

export interface Evidence {
  readonly label: string;
  readonly value: string;
  readonly url?: string;
}
