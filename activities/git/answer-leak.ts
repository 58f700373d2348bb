import { boardingVerdict } from '../../domain/embargo/boarding';
import { isSecret, type Embargo } from '../../domain/embargo/embargo';
import {
  criticalCommand,
  openDoors,
  type CriticalPatch,
  type Exposure,
} from '../../domain/embargo/leak-report';
import type { Project } from '../../domain/project';
import type { ReleaseEffects } from '../effects';
import { permanent } from '../errors';
import { findingOf } from '../findings';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { publicationStep } from '../records/publication-step';
import { minorsNow } from './minors-now';
import { freshPublicStore, type PublicStore } from './public-store';
import { publishedMinors } from './survey-lines';
import { reportExposed } from './report-exposed';
import { git, linesOf } from './run-git';
import { fetchCanonical } from './survey-lines';
import { topicBranches } from './topic-branches';

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
  const exposed: Exposure[] = [];
  const closed: string[] = [];
  const closedRefs = new Set<string>();
  for (const project of projects) {
    closed.push(...(await stopMirrors(outside, project)));
    const store = await freshPublicStore(outside.mirrorOf(project));
    await reportExposed(outside.records, { release: input.release, project, store });
    exposed.push(await exposureOf(outside, { embargo, project, store }));
    for (const branch of await deleteTopics(outside, { embargo, project, store })) {
      closedRefs.add(`${project.repositories.canonical} refs/heads/${branch}`);
      closed.push(`Branch ${branch} of ${project.repositories.canonical} is deleted.`);
    }
  }
  const report = {
    exposed,
    closed,
    open: openDoors(exposed, { closedRefs }),
    critical: await criticalPatch(outside, { release: input.release, settings, embargo }),
  };
  await recordAnswer(outside, { input, embargo, closed });
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

/** A mirror from a private side to canonical would go on copying what is secret. */
async function stopMirrors({ gitlab }: Outside, { repositories }: Project): Promise<readonly string[]> {
  const { canonical, security, build } = repositories;
  const stopped: string[] = [];
  for (const repository of new Set([security, build])) {
    if (repository === canonical) continue;
    for (const { id, url } of await gitlab.pushMirrors(repository)) {
      if (!new URL(url).pathname.replace(/\.git$/, '').endsWith(`/${canonical}`)) continue;
      await gitlab.stopPushMirror({ project: repository, mirror: id });
      stopped.push(`The push mirror from ${repository} to ${canonical} is switched off.`);
    }
  }
  return stopped;
}

interface Looking {
  readonly embargo: Embargo;
  readonly project: Project;
  readonly store: PublicStore;
}

async function exposureOf({ records }: Outside, { embargo, project, store }: Looking): Promise<Exposure> {
  const registered = await askRecords(() => records.embargoes.objectsOf([embargo.id]));
  const own = registered.filter((one) => one.embargo === embargo.id && one.project === project.name);
  const found = await store.has(own.map(({ object }) => object));
  const objects = [...found].toSorted();
  return {
    project: project.name,
    repository: project.repositories.canonical,
    objects,
    refs: await refsHolding(store, objects),
  };
}

async function refsHolding(
  { directory }: PublicStore,
  objects: readonly string[],
): Promise<readonly string[]> {
  if (objects.length === 0) return [];
  const input = objects.map((object) => `${object}\n`).join('');
  const typed = await git({
    directory,
    args: ['cat-file', '--batch-check=%(objecttype) %(objectname)'],
    input,
  });
  const commits = linesOf(typed).flatMap((line) => (line.startsWith('commit ') ? [line.slice(7)] : []));
  if (commits.length === 0) return [];
  const containing = commits.flatMap((commit) => ['--contains', commit]);
  return linesOf(await git({ directory, args: ['for-each-ref', '--format=%(refname)', ...containing] }));
}

/** A topic has no business on canonical, and its very name tells. Its objects stay fetchable. */
async function deleteTopics(
  { gitlab }: Outside,
  { embargo, project, store }: Looking,
): Promise<readonly string[]> {
  const found = (await topicBranches(store.directory, 'refs/heads/')).filter(
    (one) => one.embargo === embargo.id,
  );
  const { canonical } = project.repositories;
  for (const { branch } of found) await gitlab.deleteBranch({ project: canonical, branch });
  return found.map(({ branch }) => branch);
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

async function recordAnswer(
  { records }: Outside,
  {
    input,
    embargo,
    closed,
  }: { readonly input: Input; readonly embargo: Embargo; readonly closed: readonly string[] },
): Promise<void> {
  if (closed.length === 0) return;
  const revision = await askRecords(() => records.embargoes.revision());
  const judged = { release: input.release, project: '', where: '', content: closed.join('\n'), revision };
  const evidence = closed.map((value) => ({ label: 'closed', value }));
  const sentence = `${closed.length} doors were closed after the leak.`;
  const found = { kind: 'exposed', embargoes: [embargo.id], sentence, evidence } as const;
  await askRecords(() => records.embargoes.recordFinding(findingOf(judged, found)));
}
