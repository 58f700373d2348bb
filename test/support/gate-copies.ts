import { GateCopy, type Fall, type TestRun } from './gate-copy';
import type { GateFault } from './gate-faults';

/** Copies of the house, in which faults are tried side by side. */
export class GateCopies {
  private readonly waiting: ((copy: GateCopy) => void)[] = [];
  private readonly passing = new Map<string, Promise<void>>();

  private constructor(
    private readonly all: readonly GateCopy[],
    private readonly free: GateCopy[],
  ) {}

  static async of(root: string, count: number): Promise<GateCopies> {
    const all = await Promise.all(Array.from({ length: count }, () => GateCopy.of(root)));
    return new GateCopies(all, [...all]);
  }

  /**
   * As {@link GateCopy.firstFallen}.
   *
   * @throws where that test also fails with nothing changed
   */
  async firstFallen(fault: GateFault): Promise<Fall | undefined> {
    const copy = await this.take();
    try {
      const fall = await copy.firstFallen(fault);
      if (fall !== undefined) await this.passWhole(copy, fall.run);
      return fall;
    } finally {
      this.giveBack(copy);
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.all.map((copy) => copy.end()));
  }

  /** Asked once of each run, which is the one that failed: a test may need those before it. */
  private passWhole(copy: GateCopy, run: TestRun): Promise<void> {
    const key = JSON.stringify(run);
    const asked = this.passing.get(key) ?? copy.passWhole(run);
    this.passing.set(key, asked);
    return asked;
  }

  private take(): Promise<GateCopy> {
    const copy = this.free.pop();
    return copy === undefined ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve(copy);
  }

  private giveBack(copy: GateCopy): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free.push(copy);
    else next(copy);
  }
}
