import type { Project } from './entities';
import { mergeRequestPayload, type MergeRequestNews } from './hooks/merge-request-payload';
import type { Instance } from './instance';

/** Whoever reads a merge request, waits for git and then writes it, waits for the others who do. */
export function inMergeRequestTurn<T>(
  instance: Instance,
  project: Project,
  work: () => Promise<T>,
): Promise<T> {
  return instance.turns.take(`merge requests ${project.id}`, work);
}

/** Writes the row and notes for subscribers what became of it, both or neither. */
export async function keepMergeRequest(instance: Instance, news: MergeRequestNews): Promise<void> {
  const { project, mergeRequest } = news;
  const payload = await mergeRequestPayload(instance, news);
  instance.store.transaction(() => {
    instance.tables.mergeRequests.put(project.id, mergeRequest.iid, mergeRequest);
    instance.happened({ project_id: project.id, kind: 'call', payload });
  });
}
