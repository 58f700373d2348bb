/** How the sandbox is asked to misbehave. All counts go down to nothing by themselves. */
export interface Fault {
  /** Which requests: a regular expression over `METHOD /path`. */
  readonly match: string;
  readonly kind:
    | 'latency'
    | 'status'
    | 'timeout'
    | 'rate-limit'
    | 'lost-response'
    | 'drop-webhook'
    | 'fail-job';
  /** How often; 1 by default. */
  readonly times?: number;
  /** Milliseconds, of latency. */
  readonly delayMs?: number;
  /** Answered by `status`; 502 by default. */
  readonly status?: number;
  /** Seconds, told by `rate-limit`. */
  readonly retryAfter?: number;
}

interface Armed {
  readonly fault: Fault;
  readonly pattern: RegExp;
  left: number;
}

/** Faults on demand: each is taken by the next thing that it matches. */
export class FaultBoard {
  private armed: Armed[] = [];

  arm(fault: Fault): void {
    this.armed.push({ fault, pattern: new RegExp(fault.match), left: fault.times ?? 1 });
  }

  clear(): void {
    this.armed = [];
  }

  list(): readonly Fault[] {
    return this.armed.map(({ fault, left }) => ({ ...fault, times: left }));
  }

  take(subject: string, kinds: readonly Fault['kind'][]): Fault | undefined {
    const found = this.armed.find(
      ({ fault, pattern, left }) => left > 0 && kinds.includes(fault.kind) && pattern.test(subject),
    );
    if (found === undefined) return undefined;
    found.left -= 1;
    this.armed = this.armed.filter(({ left }) => left > 0);
    return found.fault;
  }
}
