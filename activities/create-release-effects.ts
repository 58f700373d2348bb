import type { ReleaseEffects } from './effects';
import { explainFailures } from './explain-failures';
import { createGitEffects } from './git/create-git-effects';
import { rehearseRelease } from './git/rehearse-release';
import { createGitLabEffects } from './gitlab/create-gitlab-effects';
import type { Outside } from './outside';
import { createPackageEffects } from './packages/create-package-effects';
import { createRecordEffects } from './records/create-record-effects';
import { createTextEffects } from './texts/create-text-effects';

/** Everything a release does to the world. */
export function createReleaseEffects(
  outside: Outside,
  toCanonical?: Parameters<typeof createGitEffects>[1],
): ReleaseEffects {
  return explainFailures({
    ...createGitEffects(outside, toCanonical),
    ...createGitLabEffects(outside),
    ...createPackageEffects(outside),
    ...createRecordEffects(outside.records),
    rehearseRelease: (input) => rehearseRelease(outside, input),
    ...createTextEffects(outside),
  });
}
