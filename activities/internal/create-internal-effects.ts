import { publicProjects } from '../../domain/internal/request-verdict';
import type { ReleaseEffects } from '../effects';
import { fetchCanonical, publishedMinors } from '../git/survey-lines';
import type { Outside } from '../outside';
import { publicationStep } from '../records/publication-step';
import { readRemediation } from './read-remediation';

export type InternalEffects = Pick<ReleaseEffects, 'surveyInternal' | 'readRemediation'>;

/** What internal releases read of the world. What they make is made by the effects of every release. */
export function createInternalEffects(outside: Outside): InternalEffects {
  return {
    surveyInternal: (input) => surveyInternal(outside, input),
    readRemediation: async (input) => {
      const verdict = await readRemediation(outside, input);
      return { verdict, at: await outside.records.transitions.append(publicationStep(input, [])) };
    },
  };
}

async function surveyInternal(
  outside: Outside,
  input: Parameters<ReleaseEffects['surveyInternal']>[0],
): ReturnType<ReleaseEffects['surveyInternal']> {
  const { settings, request } = input;
  await fetchCanonical(outside, settings);
  const embargoes = await outside.records.embargoes.all();
  const published = await publishedMinors(outside, settings);
  const at = await outside.records.transitions.append(publicationStep(input, []));
  return {
    at,
    published,
    fixes: embargoes
      .filter(({ id }) => request.fixes.includes(id))
      .map(({ id, state, affects, topics }) => ({ id, state, affects, topics })),
    publicProjects: publicProjects(settings.projects),
  };
}
