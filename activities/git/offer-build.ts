import type { DisclosedFix } from '../../domain/embargo/disclosed-fix';
import type { Embargo } from '../../domain/embargo/embargo';
import { builtVerdict } from '../../domain/internal/remediation';
import type { ReleaseSettings } from '../../domain/release/release';
import { effectKey } from '../../domain/version/naming';
import type { ReleaseEffects } from '../effects';
import type { Outside } from '../outside';
import { callingWorkflow } from '../records/calling-workflow';
import { levelRegistry } from './level-registry';

/** The point of no return of an internal release. */
export async function offerBuild(
  outside: Outside,
  { release, transitions = [], settings, request, built }: Parameters<ReleaseEffects['offerBuild']>[0],
): ReturnType<ReleaseEffects['offerBuild']> {
  await levelWithBuilt(outside, { settings, built });
  const step = 'hand-over';
  const target = request.minors.join('+');
  return outside.records.offerBuild({
    release,
    workflowId: callingWorkflow(release),
    key: effectKey({ release, step, target }),
    step,
    target,
    transitions,
    judge: (embargoes) => builtVerdict(embargoes, { fixes: request.fixes, built }),
  });
}

interface Built {
  readonly settings: Pick<ReleaseSettings, 'projects'>;
  readonly built: readonly DisclosedFix[];
}

/** A fix that was mended a moment ago is registered first, so that nobody gets what was built of it before. */
export function levelWithBuilt(outside: Outside, { settings, built }: Built): Promise<readonly Embargo[]> {
  const projects = settings.projects.filter(({ name }) => built.some(({ project }) => project === name));
  return levelRegistry(outside, projects);
}
