import type { CalendarNotice } from './compare-schedules';
import type { DueMilestone } from './starting';

/** A notice, and when it was found first. ISO 8601 */
export type FoundNotice = CalendarNotice & { readonly at: string };

/** How the published calendar and what starts by it stand. */
export interface KeeperStatus {
  /** ISO 8601; absent before the first look. */
  readonly lookedAt?: string;
  /** What starts or goes on by itself next, by time. */
  readonly next: readonly DueMilestone[];
  /** What was found at the last look. */
  readonly notices: readonly FoundNotice[];
  /** What was found before and is over, newest first. */
  readonly over: readonly FoundNotice[];
  /** Why the last look failed, in a sentence. */
  readonly unknown?: string;
}

export const NOTHING_SEEN: KeeperStatus = { next: [], notices: [], over: [] };

const MOST_REMEMBERED = 20;

/** What a look has found, over what was known before. */
export function afterLook(
  before: KeeperStatus,
  look: {
    readonly at: string;
    readonly next: readonly DueMilestone[];
    readonly notices: readonly CalendarNotice[];
  },
): KeeperStatus {
  const notices = look.notices.map((notice) => ({
    ...notice,
    at: before.notices.find((known) => isSame(known, notice))?.at ?? look.at,
  }));
  const over = before.notices.filter((known) => !notices.some((notice) => isSame(known, notice)));
  return {
    lookedAt: look.at,
    next: look.next,
    notices,
    over: [...over, ...before.over].slice(0, MOST_REMEMBERED),
  };
}

function isSame(left: CalendarNotice, right: CalendarNotice): boolean {
  return left.about === right.about && left.what === right.what && left.why === right.why;
}

/** Why nothing is known, and since when where something was known before; undefined where all is known. */
export function unknownText({
  lookedAt,
  unknown,
}: Pick<KeeperStatus, 'lookedAt' | 'unknown'>): string | undefined {
  if (unknown === undefined || lookedAt === undefined) return unknown;
  return `Unknown since ${lookedAt}: ${unknown}`;
}

/** What a reader of the engine's page sees, as Markdown. */
export function keeperDetails(status: KeeperStatus): string {
  const { lookedAt, next, notices } = status;
  return [
    unknownText(status) ?? `Schedules are as the published calendar says, as of ${lookedAt ?? 'never yet'}.`,
    '',
    ...notices.map(({ about, what, why, how }) => `- **${about}**: ${what} (${why}). ${how}.`),
    '',
    'Next:',
    '',
    ...next.map(({ release, milestone, at }) => `- ${at} ${release} ${milestone}`),
  ].join('\n');
}
