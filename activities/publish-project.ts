import { partsOf } from '../domain/version/naming';
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
  const packages =
    built === undefined ? refs : await publishPackages(effects, { ...next, components, built });
  // A candidate has neither a release page nor merge requests that wait for it.
  if (partsOf(step.version).rc !== undefined) return { at: packages.at };
  const { at } = await effects.announceVersion({ ...next, ...(built === undefined ? {} : { built }) });
  return { at };
}

/** What waits in the build repository is made again by nobody, and so nobody asks what it is made of. */
function publishPackages(
  effects: PublishingEffects,
  input: Parameters<ReleaseEffects['publishPackages']>[0],
): Promise<Done> {
  const { canonical, build } = input.project.repositories;
  return effects.publishPackages(build === canonical ? input : { ...input, components: [] });
}
