/**
 * How releases and backports that start today go about their work. Each keeps the one that it was started with, so that a change
 * of workflow code leaves it alone: raise this with each change of a workflow's commands, and ask {@link worksSince}.
 */
export const PROCESS_REVISION = 9;

/** What it was started with. Those that began before there were revisions name none. */
export interface OfRevision {
  readonly processRevision?: number;
}

export function worksSince(revision: number, { processRevision = 0 }: OfRevision): boolean {
  return processRevision >= revision;
}
