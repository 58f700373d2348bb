import { outsideDown } from '../errors';

/** Requests that are left for others when ours wait. */
const RESERVE = 10;

/** The rate limit as GitLab last told it, shared by all activities of a worker. */
export class Budget {
  private remaining = Number.POSITIVE_INFINITY;
  private resetAtMs = 0;

  /** @throws ApplicationFailure OutsideDown that says when the next window begins */
  spend(): void {
    const waitMs = this.resetAtMs - Date.now();
    if (this.remaining > RESERVE || waitMs <= 0) {
      this.remaining -= 1;
      return;
    }
    const text = {
      where: 'GitLab',
      what: 'its rate limit is nearly used up',
      remedy: 'Asked again in the next window',
    };
    throw outsideDown(text, waitMs);
  }

  note(headers: Headers): void {
    const remaining = headers.get('ratelimit-remaining');
    const reset = headers.get('ratelimit-reset');
    if (remaining === null || reset === null) return;
    this.remaining = Number(remaining);
    this.resetAtMs = Number(reset) * 1_000;
  }
}
