import { publicProjects } from '../../domain/internal/request-verdict';
import { lostFixes } from '../../domain/internal/installed-floor';
import type { ReleaseEffects } from '../effects';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { publicationStep } from '../records/publication-step';
import { fetchCanonical, publishedMinors } from './survey-lines';

/** What a request for an internal release is judged by: the minors that are out, and the embargoes that it names. */
export async function surveyInternal(
  outside: Outside,
  input: Parameters<ReleaseEffects['surveyInternal']>[0],
): ReturnType<ReleaseEffects['surveyInternal']> {
  const { release, settings, request } = input;
  await fetchCanonical(outside, settings);
  const floors = await askRecords(() => outside.records.offerFacts());
  const { embargoes } = floors;
  const published = await publishedMinors(outside, settings);
  const at = await outside.records.transitions.append(publicationStep(input, []));
  return {
    at,
    published,
    fixes: embargoes
      .filter(({ id }) => request.fixes.includes(id))
      .map(({ id, state, affects, topics, pulled }) => ({
        id,
        state,
        affects,
        topics,
        ...(pulled === undefined ? {} : { pulled }),
      })),
    publicProjects: publicProjects(settings.projects),
    lost: lostFixes({ release, request, packages: request.minors.map((minor) => ({ minor })) }, floors),
  };
}
