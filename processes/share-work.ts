/**
 * One run of the work for all who ask while another one is under way. It begins after each of them has asked, so that none is
 * answered by how things were before.
 */
export function shareWork<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  function begin(): Promise<T> {
    next = undefined;
    const begun = work();
    running = begun.catch(() => undefined);
    return begun;
  }
  return () => (next ??= running.then(begin));
}
