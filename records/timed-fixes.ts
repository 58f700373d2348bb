import { isSettled } from '../domain/backport/backport-state';
import type { BackportStanding } from '../domain/backport/backport-status';
import { calendarNameOf } from '../domain/calendar/starting';
import { hasEnded, type Embargo } from '../domain/embargo/embargo';
import { onCalendarTime } from '../domain/calendar/compressed-time';
import type { Carrier } from '../domain/fix/fix-board';
import type { PublishedAt } from '../domain/calendar/revise-calendar';
import type { PlanningPolicy } from '../domain/planning/advise';
import { isLeftBehind } from '../domain/planning/carrying';
import type { Aboard } from '../domain/planning/pending-fix';
import { isToBeOut, timedBackport, timedEmbargo, type TimedFix } from '../domain/planning/timed-fix';
import type { Records } from './records';

export type FixRecords = Pick<Records, 'embargoes' | 'backports' | 'fixes' | 'releases'>;

export interface FixesAsked {
  readonly policy: Pick<PlanningPolicy, 'deadlines' | 'compressed'>;
  /** The published calendar, and the instant that it shows. */
  readonly calendar: Pick<PublishedAt, 'events' | 'now'>;
  /** Whether whoever asks may know of an embargo. */
  readonly mayRead: (embargo: Embargo) => boolean;
  /** Leaves out what is over, which grows for ever. */
  readonly isPendingOnly: boolean;
}

/** Fixes that have a deadline, as the records tell of them. */
export async function readTimedFixes(records: FixRecords, asked: FixesAsked): Promise<readonly TimedFix[]> {
  return [...(await timedEmbargoes(records, asked)), ...(await timedBackports(records, asked))];
}

async function timedEmbargoes(
  records: FixRecords,
  { policy: { deadlines, compressed }, calendar: { events }, mayRead, isPendingOnly }: FixesAsked,
): Promise<readonly TimedFix[]> {
  const known = (await records.embargoes.all()).filter(
    (embargo) => mayRead(embargo) && (!isPendingOnly || isToBeOut(embargo)),
  );
  if (known.length === 0) return [];
  const carriers = await records.fixes.embargoCarriers();
  const acts = await records.embargoes.acts(known.map(({ id }) => id));
  const plans = known.filter((one) => !hasEnded(one)).flatMap(({ plan }) => plan ?? []);
  const under = carriers.filter(({ embargo }) => known.some(({ id }) => id === embargo));
  const aboard = await readAboard(records, [...plans, ...unpublished(under)]);
  const patches = events.filter(({ kind }) => kind === 'patch');
  const lines = [...new Set(patches.flatMap(({ minors }) => minors))];
  const timed: TimedFix[] = [];
  for (const embargo of known) {
    const isOwn = (fact: { readonly embargo: string }): boolean => fact.embargo === embargo.id;
    const history = dated(acts.filter(isOwn), compressed);
    const own = dated(carriers.filter(isOwn), compressed);
    const fix = timedEmbargo({ embargo, history }, { deadlines, lines, carriers: own, aboard });
    if (fix !== undefined) timed.push(fix);
  }
  return timed;
}

async function timedBackports(
  records: FixRecords,
  { policy: { deadlines, compressed }, calendar, isPendingOnly }: FixesAsked,
): Promise<readonly TimedFix[]> {
  const changes = isPendingOnly ? await records.backports.pending() : await records.backports.list({});
  if (changes.length === 0) return [];
  const merged = changes.flatMap(({ backports }) => backports.flatMap(mergeRequestOf));
  const carriers = await records.fixes.changeCarriers({
    projects: [...new Set(changes.map(({ project }) => project))],
    mergeRequests: [...new Set(merged)],
  });
  const aboard = await readAboard(records, unpublished(carriers));
  const leftBehind = (minor: string): boolean => isLeftBehind(minor, calendar);
  return changes.flatMap((change) =>
    change.backports.flatMap((standing) => {
      const [mergeRequest] = mergeRequestOf(standing);
      const own = carriers.filter(
        (one) =>
          one.project === change.project && one.minor === standing.minor && one.mergeRequest === mergeRequest,
      );
      const owed = { ...standing, owedSince: onCalendarTime(standing.owedSince, compressed) };
      const known = { deadlines, carriers: dated(own, compressed), aboard, isLeftBehind: leftBehind };
      return timedBackport(change, owed, known) ?? [];
    }),
  );
}

/** Deadlines are counted as the calendar counts. */
function dated<Dated extends { readonly at: string }>(
  facts: readonly Dated[],
  compressed: PlanningPolicy['compressed'],
): readonly Dated[] {
  return facts.map((fact) => ({ ...fact, at: onCalendarTime(fact.at, compressed) }));
}

/** What is merged may be in a version. */
function mergeRequestOf({ state }: BackportStanding): readonly number[] {
  return isSettled(state) && 'mergeRequest' in state ? [state.mergeRequest.iid] : [];
}

/** What is out is on board of nothing any more. */
function unpublished(carriers: readonly Pick<Carrier, 'release' | 'state'>[]): readonly string[] {
  return carriers.filter(({ state }) => state !== 'published').map(({ release }) => release);
}

async function readAboard(
  { releases }: Pick<Records, 'releases'>,
  ids: readonly string[],
): Promise<(id: string) => Aboard> {
  const found = new Map<string, Aboard>();
  for (const id of new Set(ids)) {
    const row = await releases.find(id);
    const release = row === undefined ? undefined : calendarNameOf(row);
    found.set(id, release === undefined ? { id } : { id, release });
  }
  return (id) => found.get(id) ?? { id };
}
