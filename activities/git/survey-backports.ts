import {
  backportObligations,
  fixKind,
  isAskedFor,
  minorsOwingFixes,
  teamOf,
  type BackportFacts,
  type BackportObligation,
  type MergedFix,
} from '../../domain/backport/backport';
import { notOwedNote, slidNote } from '../../domain/backport/backport-note';
import type { BackportSettings } from '../../domain/backport/backport-status';
import { ENGINE } from '../../domain/release/release';
import type { OwedFix } from '../../records/backports';
import type { BackportEffects, BackportSurvey } from '../backport-effects';
import type { MergeRequestFound } from '../gitlab/merge-requests';
import { tellAuthor } from '../gitlab/tell-author';
import type { Outside } from '../outside';
import { standingOf } from '../records/backport-standing';
import { publicCommit } from './public-commit';
import { readPublishedMinors } from './read-published-minors';

type Input = Parameters<BackportEffects['surveyBackports']>[0];

export async function surveyBackports(outside: Outside, input: Input): Promise<BackportSurvey> {
  const { settings, iid } = input;
  const { project } = settings;
  const mergeRequest = await outside.gitlab.mergeRequests.show({
    project: project.repositories.canonical,
    iid,
  });
  const commit = mergeRequest.mergedAs;
  const refusal = whyNothing(mergeRequest, settings);
  if (refusal !== undefined || commit === undefined)
    return { at: now(), sentence: refusal ?? `!${iid} is not merged.`, backports: [] };
  const { title, author, labels } = mergeRequest;
  const fix: MergedFix = { project: project.name, iid, title, author, labels, commit };
  const facts = await factsOf(outside, settings);
  // What is made of it is public, so it has to be.
  await publicCommit(outside.mirrorOf(project), commit);
  const obligations = backportObligations(fix, { ...facts, labels: settings.labels });
  await note(outside, { input, fix, obligations, owing: minorsOwingFixes(facts) });
  const rows = await outside.records.backports.of(fix);
  return { at: facts.at, fix, sentence: surveySentence(obligations), backports: rows.map(standingOf) };
}

/** Only what was merged to the default branch, and is asked for, is backported. */
function whyNothing(
  { iid, state, targetBranch, labels }: MergeRequestFound,
  settings: BackportSettings,
): string | undefined {
  const { defaultBranch } = settings.project;
  if (state !== 'merged') return `!${iid} is not merged.`;
  if (targetBranch !== defaultBranch) return `!${iid} went to ${targetBranch} and not to ${defaultBranch}.`;
  return isAskedFor(labels, settings.labels) ? undefined : `Nobody asks for a backport of !${iid}.`;
}

async function factsOf(outside: Outside, { project, policies }: BackportSettings): Promise<BackportFacts> {
  const mirror = outside.mirrorOf(project);
  await mirror.fetch('canonical');
  const published = await readPublishedMinors(mirror, project);
  const branches = await mirror.names('canonical', 'heads');
  return { project, branches, at: now(), maintenance: { published, policies } };
}

interface Noting {
  readonly input: Input;
  readonly fix: MergedFix;
  readonly obligations: readonly BackportObligation[];
  readonly owing: readonly string[];
}

async function note(outside: Outside, { input, fix, obligations, owing }: Noting): Promise<void> {
  const { backports } = outside.records;
  const known = await backports.of(fix);
  for (const { minor, branch, verdict } of obligations) {
    const isKnown = known.some((row) => row.minor === minor);
    if (verdict.verdict === 'fail' && !isKnown)
      await tellAuthor(outside, {
        ...input,
        about: `refused/${minor}`,
        text: notOwedNote({ fix, minor, branch }, verdict.sentence),
      });
    // Told before it is noted: done again after a crash in between, it is still new.
    if (verdict.verdict === 'pass' && !isKnown && known.length > 0)
      await tellAuthor(outside, { ...input, about: `slid/${minor}`, text: slidNote({ fix, minor, branch }) });
  }
  const owed = obligations
    .filter(({ verdict }) => verdict.verdict === 'pass')
    .map(({ minor, branch, verdict: { sentence } }) => ({ minor, branch, sentence }));
  await backports.owe({ fix: owedFix(fix, input.settings), owed, actor: ENGINE });
  await backports.missed({ ...fix, owing });
}

function owedFix(fix: MergedFix, { labels }: BackportSettings): OwedFix {
  const { project, iid, title, author } = fix;
  const team = teamOf(fix.labels, labels);
  const kind = fixKind(fix.labels, labels);
  return { project, iid, title, author, kind, ...(team === undefined ? {} : { team }) };
}

function surveySentence(obligations: readonly BackportObligation[]): string {
  const owed = obligations.filter(({ verdict }) => verdict.verdict === 'pass').map(({ minor }) => minor);
  return owed.length === 0 ? 'No minor owes it.' : `Owed to ${owed.join(', ')}.`;
}

function now(): string {
  return new Date().toISOString();
}
