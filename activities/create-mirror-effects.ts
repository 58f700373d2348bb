import { explainFailures } from './explain-failures';
import { followCanonical } from './git/follow-canonical';
import { lookAtRefs } from './git/look-at-refs';
import { syncRefs } from './git/sync-refs';
import { closeMirrorTask, openMirrorTask } from './gitlab/mirror-task';
import { tellOwners } from './gitlab/tell-owners';
import type { MirrorEffects } from './mirror-effects';
import type { Outside } from './outside';

/** Everything a mirror does to the world. */
export function createMirrorEffects(outside: Outside): MirrorEffects {
  return explainFailures<MirrorEffects>({
    lookAtRefs: (input) => lookAtRefs(outside, input),
    syncRefs: (input) => syncRefs(outside, input),
    openMirrorTask: (input) => openMirrorTask(outside, input),
    closeMirrorTask: (input) => closeMirrorTask(outside, input),
    tellOwners: (input) => tellOwners(outside, input),
    followCanonical: (input) => followCanonical(outside, input),
    leaveDifference: async ({ project, ref, decision }) => ({
      at: await outside.records.mirroredRefs.leave({
        project: project.name,
        ref: ref.ref,
        key: `decision ${decision.id}`,
        actor: decision.by,
        sentence: `${decision.by.id} lets it differ: ${decision.reason}`,
        objects: ref.objects,
      }),
    }),
  });
}
