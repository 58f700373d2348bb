import { isCandidate } from '../domain/version/naming';
import type { Done, PublishStep, ReleaseEffects } from './effects';

export type PublishingEffects = Pick<ReleaseEffects, 'publishRefs' | 'publishPackages' | 'announceVersion'>;

/**
 * Everything that becomes public of one project, one after the other: what a page or a note names is there already. Each has a
 * key of its own, so that whoever does it again, be it another release, goes on where it stopped.
 */
export async function publishProject(effects: PublishingEffects, input: PublishStep): Promise<Done> {
  const { components, built, pinned, ...step } = input;
  const refs = await effects.publishRefs({ ...step, pinned });
  // What there was to write into the record is written by now.
  const next = { ...step, transitions: [] };
  const packages = built === undefined ? refs : await effects.publishPackages({ ...next, components, built });
  // A candidate has neither a release page nor merge requests that wait for it.
  if (isCandidate(step.version)) return { at: packages.at };
  const { at } = await effects.announceVersion({ ...next, ...(built === undefined ? {} : { built }) });
  return { at };
}
