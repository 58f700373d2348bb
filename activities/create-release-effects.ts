import { ApplicationFailure } from '@temporalio/common';
import type { ReleaseEffects } from './effects';
import { permanent } from './errors';
import { createGitEffects } from './git/create-git-effects';
import { GitRefusal } from './git/run-git';
import { createGitLabEffects } from './gitlab/create-gitlab-effects';
import { GitLabRefusal } from './gitlab/requester';
import type { Outside } from './outside';
import { createPackageEffects } from './packages/create-package-effects';
import { askRecords } from './records/ask-records';
import { createRecordEffects } from './records/create-record-effects';

/** Everything a release does to the world, with every failure told in the closed set of `errors.ts`. */
export function createReleaseEffects(outside: Outside): ReleaseEffects {
  return explained({
    ...createGitEffects(outside),
    ...createGitLabEffects(outside),
    ...createPackageEffects(outside),
    ...createRecordEffects(outside.records),
  });
}

function explained(effects: ReleaseEffects): ReleaseEffects {
  const entries = Object.entries(effects).map(([name, effect]) => [
    name,
    async (input: never) => {
      try {
        return await askRecords<unknown>(() => effect(input));
      } catch (error) {
        throw failureOf(name, error);
      }
    },
  ]);
  return Object.fromEntries(entries) as ReleaseEffects;
}

function failureOf(effect: string, error: unknown): unknown {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof GitLabRefusal) {
    const what = `GitLab answered ${error.status}: ${error.answer}`;
    const remedy = 'Mend what it names (project, branch, rights), then resume the step';
    return permanent('Conflict', { where: error.request, what, remedy });
  }
  if (error instanceof GitRefusal) {
    const remedy = 'Mend what git names, then resume the step';
    return permanent('Conflict', { where: effect, what: error.message.slice(0, 500), remedy });
  }
  return error;
}
