import { unknownText, type FoundNotice, type KeeperStatus } from '../calendar/keeper-status';
import { CALENDAR } from '../calendar/starting';
import type { MirrorStatus } from '../mirror/mirror-status';
import type { ReleaseStatus } from '../release/release';
import { RELEASE_MANAGER } from '../roles';
import type { Verdict } from '../verdict';
import type { RosterFinding } from './roster-findings';

/** Something that waits for a person, to be handed to whoever comes on shift. */
export interface HandOverItem {
  /** `patch:7`, `mirror:gitaly`, `calendar:monthly:18.7.announced`, `embargo:k3v9x0q2ab`, `roster` */
  readonly about: string;
  /** ISO 8601, where that is known. */
  readonly since?: string;
  /** A role or a person. */
  readonly who: string;
  readonly sentence: string;
  /** What to do, or where to look. */
  readonly how: string;
}

/** What whoever asks may know of; what they may not is not among it. */
export interface HandedOver {
  /** Those that have not ended. */
  readonly releases: readonly ReleaseStatus[];
  readonly mirrors: readonly MirrorStatus[];
  /** Absent where nothing starts by the calendar. */
  readonly keeper?: KeeperStatus;
  readonly roster: readonly RosterFinding[];
  /** What deadlines ask of a person. */
  readonly deadlines: readonly FoundNotice[];
  /** Disclosed fixes that a branch has lost, and that nobody has accepted to be gone. */
  readonly reverts: readonly LostFix[];
}

export interface LostFix {
  readonly embargo: string;
  /** ISO 8601 */
  readonly since: string;
  readonly verdict: Verdict;
}

/** Everything that waits for a person, what waits longest first. */
export function handOverItems({
  releases,
  mirrors,
  keeper,
  roster,
  deadlines,
  reverts,
}: HandedOver): readonly HandOverItem[] {
  const items = [
    ...releases.flatMap(ofRelease),
    ...mirrors.flatMap(ofMirror),
    ...(keeper === undefined ? [] : ofKeeper(keeper)),
    ...roster.map(ofRoster),
    ...deadlines.map(ofNotice),
    ...reverts.map(ofRevert),
  ];
  return items.toSorted((left, right) => timeOf(left) - timeOf(right));
}

/** What nobody knows the beginning of comes last. */
function timeOf({ since = '' }: HandOverItem): number {
  const at = Date.parse(since);
  return Number.isNaN(at) ? Number.MAX_SAFE_INTEGER : at;
}

function ofRelease(release: ReleaseStatus): readonly HandOverItem[] {
  const { id, since, hold, waitingFor, blockers } = release;
  const how = `\`signalbox release show ${id}\``;
  const held =
    hold === undefined
      ? []
      : [
          {
            about: id,
            since: hold.since,
            who: hold.by.id,
            sentence: `Held by ${hold.by.id} until ${hold.until}: ${hold.reason}`,
            how: `\`signalbox release resume ${id}\``,
          },
        ];
  // What waits for the calendar waits for no person: it goes on by itself.
  const waits =
    waitingFor === undefined || waitingFor.who === CALENDAR.id
      ? []
      : [{ about: id, since, who: waitingFor.who, sentence: waitingFor.sentence, how }];
  const stopped = blockers.map(({ step, verdict, since: stoppedAt }) => ({
    about: id,
    since: stoppedAt,
    who: verdict.whoActs ?? RELEASE_MANAGER,
    sentence: `${step}: ${verdict.sentence}`,
    how,
  }));
  return [...held, ...waits, ...stopped];
}

function ofMirror({ id, project, state, since, verdict, differing }: MirrorStatus): readonly HandOverItem[] {
  const how = `\`signalbox mirror status ${project}\``;
  const apart = differing.map((one) => ({
    about: id,
    since: one.since,
    who: RELEASE_MANAGER,
    sentence: `${one.ref}: ${one.sentence}`,
    how: one.task === undefined ? how : `${how}; ${one.task.url}`,
  }));
  if (state !== 'unknown') return apart;
  const who = verdict.whoActs ?? 'operator';
  return [...apart, { about: id, ...sinceOf(since), who, sentence: verdict.sentence, how }];
}

function sinceOf(since: string): Pick<HandOverItem, 'since'> {
  return since === '' ? {} : { since };
}

function ofKeeper(keeper: KeeperStatus): readonly HandOverItem[] {
  const unknown = unknownText(keeper);
  const notices = keeper.notices.map((notice) => {
    const { about } = notice;
    return { ...ofNotice(notice), about: about.startsWith('calendar:') ? about : `calendar:${about}` };
  });
  if (unknown === undefined) return notices;
  return [
    ...notices,
    {
      about: 'calendar',
      ...sinceOf(keeper.lookedAt ?? ''),
      who: 'operator',
      sentence: unknown,
      how: 'See whether the engine runs: `signalbox doctor`',
    },
  ];
}

function ofNotice({ about, what, why, how, at }: FoundNotice): HandOverItem {
  return { about, since: at, who: RELEASE_MANAGER, sentence: `${what} (${why}).`, how };
}

function ofRevert({ embargo, since, verdict: { sentence, whoActs } }: LostFix): HandOverItem {
  return { about: embargo, since, who: whoActs ?? RELEASE_MANAGER, sentence, how: '`signalbox fix list`' };
}

/** Its sentence says from when on, which may be to come. */
function ofRoster({ sentence }: RosterFinding): HandOverItem {
  return { about: 'roster', who: RELEASE_MANAGER, sentence, how: '`signalbox shift set`' };
}
