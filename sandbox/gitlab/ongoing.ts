/** Work that is under way, so that whoever closes the store can wait for what still writes to it. */
export class Ongoing {
  private readonly works = new Set<Promise<unknown>>();

  /** @returns the work itself */
  track<T>(work: Promise<T>): Promise<T> {
    const over = work.then(
      () => undefined,
      () => undefined,
    );
    this.works.add(over);
    void over.then(() => this.works.delete(over));
    return work;
  }

  async settled(): Promise<void> {
    while (this.works.size > 0) await Promise.all(this.works);
  }
}
