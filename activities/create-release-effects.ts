import type { ReleaseEffects } from './effects';
import { explainFailures } from './explain-failures';
import { createGitEffects } from './git/create-git-effects';
import { rehearseRelease } from './git/rehearse-release';
import { createGitLabEffects } from './gitlab/create-gitlab-effects';
import type { Outside } from './outside';
import { finishPublication } from './finish-publication';
import { publishProject } from './publish-project';
import { createPackageEffects } from './packages/create-package-effects';
import { createRecordEffects } from './records/create-record-effects';
import { createTextEffects } from './texts/create-text-effects';
import { publicationStep } from './records/publication-step';

/** What a benchmark or a test has otherwise than a worker. */
export interface EffectOptions {
  readonly toCanonical?: Parameters<typeof createGitEffects>[1];
}

/** Everything a release does to the world. */
export function createReleaseEffects(outside: Outside, { toCanonical }: EffectOptions = {}): ReleaseEffects {
  const effects = {
    ...createGitEffects(outside, toCanonical),
    ...createGitLabEffects(outside),
    ...createPackageEffects(outside),
    ...createRecordEffects(outside.records),
  };
  return explainFailures({
    ...effects,
    publishProject: (input) => publishProject(effects, input),
    rehearseRelease: (input) => rehearseRelease(outside, input),
    ...createTextEffects(outside),
    finishPublications: async (input) => {
      for (const release of input.of) await finishPublication(outside, { effects, release });
      return { at: await outside.records.transitions.append(publicationStep(input, [])) };
    },
  });
}
