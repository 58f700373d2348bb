import { boardingVerdict } from '../../domain/embargo/boarding';
import { isSecret, type Embargo } from '../../domain/embargo/embargo';
import {
  criticalCommand,
  openDoors,
  type CriticalPatch,
  type ExposedObjects,
} from '../../domain/embargo/leak-report';
import type { ReleaseEffects } from '../effects';
import { permanent } from '../errors';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { publicationStep } from '../records/publication-step';
import { closedDoors, closeDoors, mirrorDoors, topicDoors } from './close-doors';
import { exposedObjects } from './exposed-objects';
import { minorsNow } from './minors-now';
import { freshPublicStore } from './public-store';
import { reportExposed } from './report-exposed';
import { topicBranches } from './topic-branches';
import { fetchCanonical, publishedMinors } from './survey-lines';

type Input = Parameters<ReleaseEffects['answerLeak']>[0];

/**
 * After a leak: closes the doors that a machine may close, lists what is exposed and where, and says how what is ready goes out.
 * Done again it looks again, and closes what was opened meanwhile.
 */
export async function answerLeak(outside: Outside, input: Input): ReturnType<ReleaseEffects['answerLeak']> {
  const { settings } = input;
  const { embargoes, transitions } = outside.records;
  const embargo = await askRecords(() => embargoes.find(input.embargo));
  if (embargo === undefined || !isSecret(embargo)) throw nothingToAnswer();
  const projects = settings.projects.filter(({ name }) =>
    embargo.topics.some(({ project }) => project === name),
  );
  await fetchCanonical(outside, settings);
  const exposed: ExposedObjects[] = [];
  const closedRefs = new Set<string>();
  for (const project of projects) {
    const of = { release: input.release, embargo: embargo.id, project };
    await closeDoors(outside.records, { of, doors: await mirrorDoors(outside, project) });
    const store = await freshPublicStore(outside.mirrorOf(project));
    const publicTopics = await topicBranches(store.directory, 'refs/heads/');
    await reportExposed(outside.records, { release: input.release, project, store, publicTopics });
    exposed.push(await exposedObjects(outside.records, { embargo, project, store }));
    const topics = topicDoors(outside, { embargo, project, publicTopics });
    await closeDoors(outside.records, { of, doors: topics });
    for (const { branch } of topics) closedRefs.add(`${project.repositories.canonical} refs/heads/${branch}`);
  }
  const report = {
    exposed,
    closed: await closedDoors(outside.records, { release: input.release, embargo: embargo.id }),
    open: openDoors(exposed, { closedRefs }),
    critical: await criticalPatch(outside, { release: input.release, settings, embargo }),
  };
  return { ...report, at: await askRecords(() => transitions.append(publicationStep(input, []))) };
}

/** In words that tell nothing of what there is. */
function nothingToAnswer(): Error {
  return permanent('RefusedByPolicy', {
    where: 'answer to a leak',
    what: 'there is no secret of that name',
    remedy: 'See `signalbox embargo list`',
  });
}

async function criticalPatch(
  outside: Outside,
  { release, settings, embargo }: Pick<Input, 'release' | 'settings'> & { readonly embargo: Embargo },
): Promise<CriticalPatch> {
  const published = await publishedMinors(outside, settings);
  const { owing, born } = await minorsNow(outside, { release, settings });
  const minors = owing.filter((minor) => published.includes(minor));
  const now = new Date().toISOString();
  // It boards as one that has leaked, whatever it was when this began.
  const leaked: Embargo = { ...embargo, state: 'compromised' };
  return { verdict: boardingVerdict(leaked, { minors, owing, born, now }), command: criticalCommand(minors) };
}
