import { isAskedFor, labelOfMinor, minorsWithBranch } from '../domain/backport/backport';
import { declinedNote, stuckNote } from '../domain/backport/backport-note';
import { isSettled } from '../domain/backport/backport-state';
import type { BackportSettings, BackportStanding } from '../domain/backport/backport-status';
import type { BackportEffects, LabelledChanges } from './backport-effects';
import { explainFailures } from './explain-failures';
import { proposeBackports, tell } from './git/propose-backport';
import { surveyBackports } from './git/survey-backports';
import { checksOf, endOf } from './gitlab/follow-backport';
import { tellAuthor } from './gitlab/tell-author';
import type { Outside } from './outside';
import { standingOf } from './records/backport-standing';

/** How far back a regular look goes: longer than anybody would leave the webhooks broken. */
const LOOK_BACK_MS = 30 * 24 * 60 * 60_000;
/** Newest minors whose labels are asked for; the others get no fixes, or only by an exception that somebody knows of. */
const MINORS_LOOKED_AT = 5;

/** Everything that backports do to the world. */
export function createBackportEffects(outside: Outside): BackportEffects {
  return explainFailures<BackportEffects>({
    surveyBackports: (input) => surveyBackports(outside, input),
    proposeBackport: async (input) => {
      const [standing] = await bringBackports(outside, { ...input, lines: [input] });
      if (standing === undefined) throw new Error(`${input.minor} has no standing`);
      return { at: now(), standing };
    },
    proposeBackports: async (input) => ({ at: now(), standings: await bringBackports(outside, input) }),
    followBackport: async (input) => ({ at: now(), standing: await followBackport(outside, input) }),
    declineBackport: (input) => declineBackport(outside, input),
    findLabelledChanges: (input) => findLabelledChanges(outside, input.settings),
  });
}

function now(): string {
  return new Date().toISOString();
}

/** What is open is looked at once, so that whoever asks next hears what it lacks. */
async function bringBackports(
  outside: Outside,
  { lines, ...shared }: Parameters<BackportEffects['proposeBackports']>[0],
): Promise<readonly BackportStanding[]> {
  const standings = await proposeBackports(
    outside,
    lines.map(({ minor, branch }) => ({ ...shared, minor, branch })),
  );
  return Promise.all(
    standings.map(async (standing) => {
      const { state, minor, branch } = standing;
      if (!('mergeRequest' in state) || isSettled(state)) return standing;
      return followBackport(outside, { ...shared, minor, branch, mergeRequest: state.mergeRequest });
    }),
  );
}

async function followBackport(
  outside: Outside,
  input: Parameters<BackportEffects['followBackport']>[0],
): Promise<BackportStanding> {
  const { settings, mergeRequest } = input;
  const project = settings.project.repositories.canonical;
  const found = await outside.gitlab.mergeRequests.show({ project, iid: mergeRequest.iid });
  const told =
    endOf(found) ??
    (await checksOf(outside, { project, mergeRequest: found, retries: settings.pipelineRetries }));
  if (told.isStuck === true) {
    const text = stuckNote(input, { url: found.url, sentence: told.sentence });
    await tellAuthor(outside, { ...input, iid: input.fix.iid, about: `stuck/${input.minor}`, text });
  }
  return standingOf(await tell(outside, input, told));
}

/** Recorded first: the merge request that is closed then is not taken for somebody else's decision. */
async function declineBackport(
  outside: Outside,
  input: Parameters<BackportEffects['declineBackport']>[0],
): ReturnType<BackportEffects['declineBackport']> {
  const { fix, minor, by, reason, settings, mergeRequest } = input;
  const row = await outside.records.backports.tell({
    ...fix,
    minor,
    news: { found: 'declined', by: by.id, reason },
    sentence: `${by.id} declined it: ${reason}`,
    actor: by,
  });
  const text = declinedNote({ minor, by: by.id, reason });
  await tellAuthor(outside, { ...input, iid: fix.iid, about: `declined/${minor}`, text });
  const project = settings.project.repositories.canonical;
  if (mergeRequest !== undefined)
    await outside.gitlab.mergeRequests.close({ project, iid: mergeRequest.iid });
  return { at: now(), standing: standingOf(row) };
}

async function findLabelledChanges(
  outside: Outside,
  { project, labels }: BackportSettings,
): Promise<LabelledChanges> {
  const at = new Date();
  const since = new Date(at.getTime() - LOOK_BACK_MS).toISOString();
  const mirror = outside.mirrorOf(project);
  await mirror.fetch('canonical');
  const minors = minorsWithBranch(project, await mirror.names('canonical', 'heads'));
  const ofMinors = minors.slice(0, MINORS_LOOKED_AT).flatMap((minor) => labelOfMinor(labels, minor) ?? []);
  const iids = new Set<number>();
  for (const label of [labels.all, ...ofMinors]) {
    const asked = { project: project.repositories.canonical, target: project.defaultBranch, label, since };
    for (const found of await outside.gitlab.mergeRequests.merged(asked))
      if (isAskedFor(found.labels, labels)) iids.add(found.iid);
  }
  return { at: at.toISOString(), iids: [...iids].toSorted((left, right) => left - right) };
}
