import { asyncLocalStorage } from '@temporalio/activity';

/** Work that several activities share: the one that began it does not end it for the others when it is cancelled itself. */
export function ofNoActivity<T>(work: () => Promise<T>): Promise<T> {
  return asyncLocalStorage.exit(work);
}

/** The wait for it, which whoever is cancelled leaves to the others. */
export function untilCancelled<T>(shared: Promise<T>): Promise<T> {
  const cancelled = asyncLocalStorage.getStore()?.cancelled;
  return cancelled === undefined ? shared : Promise.race([shared, cancelled]);
}
