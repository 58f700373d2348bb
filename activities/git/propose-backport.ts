import { ApplicationFailure } from '@temporalio/common';
import { backportBranchOf, isAskedFor, type MergedFix } from '../../domain/backport/backport';
import {
  backportDescription,
  backportMessage,
  backportTitle,
  conflictNote,
  containedNote,
  type BackportRepository,
} from '../../domain/backport/backport-note';
import { toBeAsked } from '../../domain/backport/backport-state';
import type { BackportStanding } from '../../domain/backport/backport-status';
import { ENGINE } from '../../domain/release/release';
import type { BackportRow } from '../../records/backports';
import type { BackportStep } from '../backport-effects';
import { clearText } from '../clear-text';
import { permanent } from '../errors';
import { endOf, type ToldNews } from '../gitlab/follow-backport';
import { GitLabRefusal } from '../gitlab/requester';
import { markerOf } from '../gitlab/keyed-notes';
import type { MergeRequestFound } from '../gitlab/merge-requests';
import { keyOfBackport, tellAuthor } from '../gitlab/tell-author';
import type { Outside } from '../outside';
import { standingOf } from '../records/backport-standing';
import { composeBackports, isMergeCommit } from './compose-backport';
import type { Mirror } from './mirror';
import { ifPublic, publicCommit, publicHeads, type PublicCommit } from './public-commit';
import { pushPublicly } from './push-publicly';
import { remoteRefs } from './push-refs';

/**
 * Brings backports of one change as far as they go without people: each to a merge request, or to why there is none. What they
 * bring is judged and pushed together, which costs as much as one of them.
 */
export async function proposeBackports(
  outside: Outside,
  steps: readonly BackportStep[],
): Promise<readonly BackportStanding[]> {
  const found = await Promise.all(steps.map((step) => findProposed(outside, step)));
  const prepared = await pickAll(
    outside,
    steps.filter((_, index) => found[index] === undefined),
  );
  await pushPicked(
    outside,
    prepared.flatMap((one) => ('standing' in one ? [] : [one])),
  );
  const opened = await Promise.all(
    prepared.map(async (one) => ('standing' in one ? one.standing : openPushed(outside, one.step))),
  );
  return steps.flatMap(
    ({ minor }) => [...found, ...opened].find((standing) => standing?.minor === minor) ?? [],
  );
}

/** Where there is a merge request already, what it says. */
async function findProposed(outside: Outside, step: BackportStep): Promise<BackportStanding | undefined> {
  const there = await mergeRequestOf(outside, step);
  return there === undefined ? undefined : standingOf(await tell(outside, step, newsOf(there)));
}

interface Picked {
  readonly step: BackportStep;
  readonly commit: string;
  readonly of: PublicCommit;
}

/** The change on top of each stable branch, pushed nowhere; or what stands where there is nothing to push. */
async function pickAll(
  outside: Outside,
  steps: readonly BackportStep[],
): Promise<readonly (Picked | { readonly standing: BackportStanding })[]> {
  const [first] = steps;
  if (first === undefined) return [];
  const mirror = outside.mirrorOf(first.settings.project);
  const { commit, heads } = await readFetched(mirror, {
    fix: first.fix,
    branches: steps.map(({ branch }) => branch),
  });
  const branches = steps.map((step) => {
    const head = heads.get(step.branch);
    if (head === undefined) throw noBranch(step);
    return { step, head, message: `${backportMessage(step)}\n\nSignalbox-Key: ${keyOfBackport(step)}\n` };
  });
  const made = await composeBackports(mirror, { commit, branches });
  return Promise.all(
    made.map(async ([{ step }, change]) => {
      if (change.outcome === 'picked') return { step, commit: change.commit, of: commit };
      if (change.outcome === 'conflict')
        return { standing: await conflict(outside, { step, commit, files: change.files }) };
      return { standing: await contained(outside, step) };
    }),
  );
}

async function openPushed(outside: Outside, step: BackportStep): Promise<BackportStanding> {
  const opened = await openOnce(outside, step);
  const row = await tell(outside, step, newsOf(opened));
  // Declined while it was made.
  if (row.state.state === 'declined') await close(outside, step, opened);
  return standingOf(row);
}

async function close(
  { gitlab }: Outside,
  { settings }: BackportStep,
  { iid }: MergeRequestFound,
): Promise<void> {
  await gitlab.mergeRequests.close({ project: settings.project.repositories.canonical, iid });
}

/**
 * The change and the heads of the stable branches, as the look has fetched them a moment ago; fetched here where that was another
 * machine's. What is pushed is judged by what canonical has then.
 */
async function readFetched(
  mirror: Mirror,
  { fix, branches }: { readonly fix: MergedFix; readonly branches: readonly string[] },
): Promise<{ readonly commit: PublicCommit; readonly heads: ReadonlyMap<string, PublicCommit> }> {
  const [commit, heads] = await Promise.all([ifPublic(mirror, fix.commit), publicHeads(mirror, branches)]);
  if (commit !== undefined && heads.size === branches.length) return { commit, heads };
  await mirror.fetch('canonical');
  return { commit: await publicCommit(mirror, fix.commit), heads: await publicHeads(mirror, branches) };
}

/** The open one, else the one that was merged, else the newest that was closed. */
async function mergeRequestOf(
  { gitlab }: Outside,
  { fix, minor, branch, settings }: BackportStep,
): Promise<MergeRequestFound | undefined> {
  const found = await gitlab.mergeRequests.between({
    project: settings.project.repositories.canonical,
    source: backportBranchOf({ iid: fix.iid, minor }),
    target: branch,
  });
  const inState = (wanted: string) => found.find(({ state }) => state === wanted);
  return inState('opened') ?? inState('locked') ?? inState('merged') ?? found[0];
}

function newsOf(mergeRequest: MergeRequestFound): ToldNews {
  const { iid, url } = mergeRequest;
  const proposed: ToldNews = {
    news: { found: 'proposed', mergeRequest: { iid, url } },
    sentence: `!${iid} brings it to ${mergeRequest.targetBranch}.`,
  };
  return endOf(mergeRequest) ?? proposed;
}

/** Writes what became of a backport. */
export function tell(
  { records }: Outside,
  { fix, minor }: BackportStep,
  { news, sentence }: ToldNews,
): Promise<BackportRow> {
  return records.backports.tell({ ...fix, minor, news, sentence, actor: ENGINE });
}

async function contained(outside: Outside, step: BackportStep): Promise<BackportStanding> {
  await tellAuthor(outside, {
    ...step,
    iid: step.fix.iid,
    about: `contained/${step.minor}`,
    text: containedNote(step),
  });
  const sentence = `${step.branch} has it already.`;
  return standingOf(await tell(outside, step, { news: { found: 'contained' }, sentence }));
}

interface InConflict {
  readonly step: BackportStep;
  readonly commit: PublicCommit;
  readonly files: readonly string[];
}

/** The author is asked once, however often it is found out. */
async function conflict(outside: Outside, { step, commit, files }: InConflict): Promise<BackportStanding> {
  const { fix, minor, branch, settings } = step;
  const sentence = `It conflicts with ${branch} in ${files.join(', ')}.`.slice(0, 500);
  const row = await tell(outside, step, { news: { found: 'conflict', files }, sentence });
  const unasked = toBeAsked([{ minor, state: row.state.state, asked: row.asked }]);
  if (unasked.length === 0) return standingOf(row);
  const isMerge = await isMergeCommit(outside.mirrorOf(settings.project), commit);
  const text = conflictNote(step, { repository: repositoryOf(outside, step), files, isMerge });
  await tellAuthor(outside, { ...step, iid: fix.iid, about: `conflict/${minor}`, text });
  return standingOf(await outside.records.backports.asked({ ...fix, minor }));
}

function repositoryOf({ gitlab }: Outside, { settings }: BackportStep): BackportRepository {
  const { repositories, defaultBranch } = settings.project;
  const path = repositories.canonical;
  return { path, url: `${gitlab.url}/${path}.git`, defaultBranch };
}

/** Makes the branches. One that is there stays: ours of an earlier attempt, on an older head, or somebody's who took it over. */
async function pushPicked(outside: Outside, picked: readonly Picked[]): Promise<void> {
  const [first] = picked;
  if (first === undefined) return;
  const { project } = first.step.settings;
  try {
    await pushPublicly(outside, {
      release: first.step.backport,
      project,
      refs: picked.map((one) => ({ ref: refOf(one), object: one.commit })),
      made: picked.map(({ commit }) => commit),
      picks: picked.map(({ commit, of }) => ({ commit, of })),
    });
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || error.type === 'OutsideDown') throw error;
    // Another attempt, from another head of a stable branch, was quicker.
    const there = await remoteRefs(outside.mirrorOf(project), 'canonical', picked.map(refOf));
    const left = picked.filter((one) => !there.has(refOf(one)));
    if (left.length === picked.length) throw error;
    await pushPicked(outside, left);
  }
}

function refOf({ step: { fix, minor } }: Picked): string {
  return `refs/heads/${backportBranchOf({ iid: fix.iid, minor })}`;
}

async function openOnce(outside: Outside, step: BackportStep): Promise<MergeRequestFound> {
  const { fix, minor, branch, settings } = step;
  const repository = repositoryOf(outside, step);
  const key = keyOfBackport(step);
  const title = backportTitle(step);
  const description = backportDescription(step, repository);
  await clearText(outside, {
    release: step.backport,
    project: settings.project,
    name: `merge request of ${step.backport} to ${minor}`,
    text: `${title}\n\n${description}`,
  });
  try {
    return await outside.gitlab.mergeRequests.open({
      project: repository.path,
      source: backportBranchOf({ iid: fix.iid, minor }),
      target: branch,
      title,
      description: `${description}\n\n${markerOf(key)}`,
      // A backport asks for no backports.
      labels: fix.labels.filter((label) => !isAskedFor([label], settings.labels)),
    });
  } catch (error) {
    // GitLab has one for two branches; another attempt was quicker.
    const found = isTaken(error) ? await mergeRequestOf(outside, step) : undefined;
    if (found === undefined) throw error;
    return found;
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof GitLabRefusal && error.status === 409;
}

function noBranch({ settings, branch }: BackportStep): Error {
  return permanent('RefusedByPolicy', {
    where: settings.project.repositories.canonical,
    what: `there is no branch ${branch} any more`,
    remedy: 'Decline the backport, or make the branch again',
  });
}
