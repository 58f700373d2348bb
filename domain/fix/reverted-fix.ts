import type { Explanation } from '../explained-error';
import type { Embargo, TopicLine } from '../embargo/embargo';
import type { Actor } from '../release/release';
import { SECURITY_ENGINEER } from '../roles';
import { publicNameOf, type SecurityFix } from '../texts/release-facts';
import type { Verdict } from '../verdict';

/** A disclosed fix of which a branch of canonical has nothing left, though its commits are there. */
export interface RevertedFix {
  readonly embargo: string;
  readonly project: string;
  readonly branch: string;
  /** What the branch is for: `default`, or a minor of the product. */
  readonly line: TopicLine;
  /** Commit that brought the fix to the branch. */
  readonly merged: string;
  /** Commit of the branch since which nothing of it is left. */
  readonly commit: string;
  /** Whether that commit is a merge. */
  readonly isMerge: boolean;
}

/** Somebody's word that a fix may be gone. */
export interface RevertAcceptance {
  readonly by: Actor;
  readonly reason: string;
  /** ISO 8601 */
  readonly at: string;
}

/** As the records have it. */
export interface StandingRevert extends RevertedFix {
  /** Absent until somebody accepts it. */
  readonly acceptance?: RevertAcceptance;
}

/** Whether somebody said that the fix may be gone with that commit. */
export function isAccepted(
  { embargo, project, commit }: RevertedFix,
  accepted: readonly Pick<RevertedFix, 'embargo' | 'project' | 'commit'>[],
): boolean {
  return accepted.some((one) => one.embargo === embargo && one.project === project && one.commit === commit);
}

/** What a fix may be called by everybody. */
export type PublicWords = Pick<SecurityFix, 'severity' | 'publicTitle' | 'cve'>;

export interface RevertPlace {
  readonly canonicalUrl: string;
}

export interface RevertWords {
  /** What has happened, and why it matters. */
  readonly sentence: string;
  /** Makes the commit that brings the fix again, in a clone of the project. */
  readonly bringAgain: string;
  /** Lets it be. */
  readonly accept: string;
}

/** Of what is public alone, so that anybody may read it: the texts of an embargo stay secret for longer than its code. */
export function revertWords(
  revert: RevertedFix,
  { fix, canonicalUrl }: RevertPlace & { readonly fix: PublicWords },
): RevertWords {
  const { branch, merged, commit, isMerge } = revert;
  const mainline = isMerge ? ' -m 1' : '';
  return {
    sentence: revertSentence(revert, fix),
    bringAgain: `git fetch ${canonicalUrl} ${branch} && git switch --create bring-again-${short(merged)} FETCH_HEAD && git revert --no-edit${mainline} ${commit}`,
    accept: acceptCommand(revert),
  };
}

function revertSentence({ project, branch, merged, commit }: RevertedFix, fix: PublicWords): string {
  return `${short(commit)} on ${branch} of ${project} takes back “${publicNameOf(fix)}”, which ${short(merged)} brought there: whatever is published from it would lack a security fix that published versions have.`;
}

function acceptCommand({ project, commit }: RevertedFix): string {
  return `signalbox fix accept-revert ${project} ${commit} --reason '…'`;
}

function short(commit: string): string {
  return commit.slice(0, 12);
}

/** On the board of fixes. */
export function revertVerdict(revert: StandingRevert, fix: PublicWords): Verdict {
  const sentence = revertSentence(revert, fix);
  const evidence = [{ label: 'reverted by', value: revert.commit }];
  const { acceptance } = revert;
  if (acceptance !== undefined) {
    const told = `${sentence} ${acceptance.by.id} accepted that at ${acceptance.at}: ${acceptance.reason}`;
    return { verdict: 'pass', sentence: told, evidence };
  }
  const ways = `A task on the security side of ${revert.project} has the command that brings it again; \`${acceptCommand(revert)}\` lets it be.`;
  return { verdict: 'fail', sentence: `${sentence} ${ways}`, whoActs: SECURITY_ENGINEER, evidence };
}

export interface AcceptanceAsked {
  readonly embargo: Pick<Embargo, 'owner'>;
  readonly revert: StandingRevert;
  readonly by: Actor;
}

/** Whether somebody may let a fix be gone. For whoever may know of it alone. */
export function acceptanceVerdict({ embargo: { owner }, revert, by }: AcceptanceAsked): Verdict {
  const { project, commit, acceptance } = revert;
  const what = `that ${short(commit)} of ${project} takes a fix back`;
  const evidence = [{ label: 'reverted by', value: commit }];
  const refused = (sentence: string): Verdict => ({
    verdict: 'fail',
    sentence,
    whoActs: SECURITY_ENGINEER,
    evidence,
  });
  if (!by.roles.includes(SECURITY_ENGINEER))
    return refused(`Only a ${SECURITY_ENGINEER} may accept ${what}, and ${by.id} is none.`);
  if (by.id === owner) return refused(`Somebody else than the owner of the fix accepts ${what}.`);
  if (acceptance !== undefined) return refused(`${acceptance.by.id} has accepted ${what} already.`);
  const sentence = `It is accepted ${what}: versions without it may be published.`;
  return { verdict: 'pass', sentence, evidence };
}

/** What a claim says of a version that was cut after it: the same sentence, and the same ways to go on. */
export function revertRefusal(
  { branch }: Pick<RevertedFix, 'branch'>,
  {
    version,
    words: { sentence, bringAgain, accept },
  }: { readonly version: string; readonly words: RevertWords },
): Explanation {
  return {
    where: version,
    what: sentence.slice(0, -1),
    remedy: `Bring it again with \`${bringAgain}\` and merge that into ${branch}, or have somebody of AppSec who does not own the fix accept it with \`${accept}\`; then resume the step`,
  };
}

/** First part of the key of every task of a project about a reverted fix. */
export function revertedPrefix(project: string): string {
  return `reverted/${project}/`;
}

/** What the task says, on the most private repository of the project. Its key tells no more than its text. */
export function revertedTask(
  revert: RevertedFix,
  words: RevertWords,
): { readonly key: string; readonly title: string; readonly text: string } {
  const { project, branch, merged, commit } = revert;
  return {
    key: `${revertedPrefix(project)}${branch}/${merged}/${commit}`,
    title: `A disclosed security fix was reverted in ${project} (${branch})`,
    text: [
      `AppSec and release managers: ${words.sentence}`,
      '',
      `Bring it again, and have it merged into \`${branch}\`:`,
      '',
      '```sh',
      words.bringAgain,
      '```',
      '',
      'Or, where it is meant, somebody of AppSec who does not own the fix accepts it:',
      '',
      '```sh',
      words.accept,
      '```',
      '',
      'Until one of both is done, no version without the fix is published. Then this issue closes by itself.',
    ].join('\n'),
  };
}

/** Said before such a task closes. */
export const REVERT_OVER =
  'The fix is there again, or was accepted to be gone: nothing has to be done any more.';
