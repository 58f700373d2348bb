import { ApplicationFailure } from '@temporalio/common';
import { permanent } from './errors';
import { GitRefusal } from './git/run-git';
import { GitLabRefusal } from './gitlab/requester';
import { askRecords } from './records/ask-records';

/** The same effects, with every failure told in the closed set of `errors.ts`. */
export function explainFailures<Effects extends object>(effects: Effects): Effects {
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
  return Object.fromEntries(entries) as Effects;
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
