import type { ReleaseSettings } from '../release/release';
import { RELEASE_MANAGER } from '../roles';
import type { Verdict } from '../verdict';
import { effectKey } from './naming';
import type { VersionState } from './superset';

/** A version that is taken out of use, as everybody is told. */
export interface Withdrawal {
  readonly version: string;
  /** Public. */
  readonly reason: string;
  /** Release that brings the version that follows. */
  readonly successor: string;
}

/** Key of the request that starts the successor: a version has one, however often it is withdrawn. */
export function withdrawalOf(version: string): string {
  return `withdrawal:${version}`;
}

/** Four hours. */
const REMIND_AFTER_MS = 4 * 60 * 60_000;

/** The settings of the successor: what was wrong has to be mended on the stable branch first, and only a person knows when it is. */
export function closedOnApproval<T extends Pick<ReleaseSettings, 'approvals'>>(settings: T): T {
  const mended = {
    kinds: ['patch'],
    before: 'closed',
    roles: [RELEASE_MANAGER],
    count: 1,
    remindAfterMs: REMIND_AFTER_MS,
  } as const;
  return { ...settings, approvals: [...settings.approvals, mended] };
}

/** Key of what is written once everybody was told of it, and not before: until then it is not over. */
export function withdrawalToldKey({
  release,
  version,
}: {
  /** The one that has published it. */
  readonly release: string;
  readonly version: string;
}): string {
  return effectKey({ release, step: TELL_WITHDRAWAL, target: version });
}

export const TELL_WITHDRAWAL = 'tell-withdrawal';

/** Whether a version may be withdrawn. What was never public is aborted with its release; what is out stays out, and marked. */
export function withdrawalVerdict(
  version: string,
  found: { readonly state: VersionState; readonly since: string; readonly reason: string | null } | undefined,
): Verdict {
  if (found === undefined)
    return {
      verdict: 'fail',
      sentence: `${version} was not made by Signalbox, so it cannot be withdrawn here.`,
      evidence: [],
    };
  const evidence = [{ label: 'state', value: `${found.state} since ${found.since}` }];
  if (found.state === 'published')
    return { verdict: 'pass', sentence: `${version} can be withdrawn.`, evidence };
  if (found.state === 'withdrawn')
    return {
      verdict: 'pass',
      sentence: `${version} is withdrawn already, since ${found.since}: ${found.reason}`,
      evidence,
    };
  return {
    verdict: 'fail',
    sentence: `${version} is ${found.state}, and only what is published can be withdrawn; abort its release instead.`,
    whoActs: 'release-manager',
    evidence,
  };
}

/** The newest that stands; the newest of all where none does, for a number is not free because it is withdrawn. */
export function newestStanding<T>(oldestFirst: readonly T[], isGone: (one: T) => boolean): T | undefined {
  return oldestFirst.findLast((one) => !isGone(one)) ?? oldestFirst.at(-1);
}

const MARK = '> **Withdrawn.**';

/** The release page with what everybody has to read first. The same again where it has it. */
export function withBanner(description: string, withdrawal: Withdrawal): string {
  if (description.startsWith(MARK)) return description;
  return `${MARK} ${withdrawalSentence(withdrawal)}\n\n${description}`;
}

/** File that stands beside the packages of the version. */
export const WITHDRAWN_FILE = 'WITHDRAWN.md';

export function withdrawalSentence({ version, reason, successor }: Withdrawal): string {
  const ended = /[.!?]$/.test(reason.trim()) ? reason.trim() : `${reason.trim()}.`;
  return `Do not install ${version}. ${ended} The version that follows it comes with ${successor}.`;
}
