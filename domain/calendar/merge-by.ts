import { milestonesOf, type Milestone } from '../release/milestones';
import type { CalendarEvent, EventStatus } from './calendar-event';
import { comingReleases, type ComingRelease } from './coming-releases';

/** By when a change has to be there to be carried by a release. */
export interface Boarding {
  /** `monthly:18.7`, `patch:2026-12-09` */
  readonly release: string;
  /** `18.7`; of a patch the line that the change is for. */
  readonly line: string;
  /** ISO 8601, UTC. What is there before is carried, what comes later is not. */
  readonly by: string;
  /** How sure that is. */
  readonly status: EventStatus;
  /** ISO 8601, UTC; when the release is published. */
  readonly publishedAt: string;
}

export interface MergeBy {
  /** For the default branch; absent where no monthly is to come. */
  readonly next?: Boarding;
  /** For the stable branch of each line that gets fixes; a line without a patch to come has none. */
  readonly backports: readonly { readonly line: string; readonly boarding?: Boarding }[];
}

/** A monthly is cut from the candidate, which is chosen when it is announced; a patch from what its lines hold when they close. */
const CUT = { monthly: 'announced', patch: 'closed' } as const satisfies Record<string, Milestone>;

/** A release that has come to one of these takes nothing more: a monthly is announced before it closes, and a patch never is. */
export const CLOSED_BY: readonly string[] = [...Object.values(CUT), 'aborted'];

export interface MergeByAsked {
  readonly events: readonly CalendarEvent[];
  /** The lines that get fixes, newest first. */
  readonly lines: readonly string[];
  /** Releases that take nothing more, whatever their dates say; as the calendar names them. */
  readonly closed: ReadonlySet<string>;
  /** ISO 8601 */
  readonly now: string;
}

export function mergeBy({ events, lines, closed, now }: MergeByAsked): MergeBy {
  const open = comingReleases(events, { now })
    .filter(({ release }) => !closed.has(release))
    .map((coming) => ({ coming, cut: cutOf(coming) }))
    .filter(({ cut }) => Date.parse(cut.at) > Date.parse(now))
    .toSorted((left, right) => Date.parse(left.cut.at) - Date.parse(right.cut.at));
  const monthly = open.find(({ coming }) => coming.kind === 'monthly');
  const [line] = monthly?.coming.minors ?? [];
  return {
    ...(monthly === undefined || line === undefined ? {} : { next: boarding(monthly, line) }),
    backports: lines.map((own) => {
      const patch = open.find(({ coming }) => coming.kind === 'patch' && coming.minors.includes(own));
      return patch === undefined ? { line: own } : { line: own, boarding: boarding(patch, own) };
    }),
  };
}

interface Cut {
  readonly coming: ComingRelease;
  readonly cut: CalendarEvent;
}

/**
 * The date at which a release takes nothing more. It waits at each of its milestones that has a date, and goes on at once where one
 * has none: so it is the last date up to the cut, or the first after it, at which it starts.
 */
export function cutOf({ kind, dates }: Pick<ComingRelease, 'kind' | 'dates'>): CalendarEvent {
  const order = milestonesOf(kind);
  const place = (milestone: Milestone): number => order.indexOf(milestone);
  const inOrder = dates.toSorted((left, right) => place(left.milestone) - place(right.milestone));
  const cut = inOrder.findLast(({ milestone }) => place(milestone) <= place(CUT[kind]));
  return cut ?? inOrder[0] ?? dates[0];
}

function boarding({ coming: { release, publication }, cut }: Cut, line: string): Boarding {
  const [by, publishedAt] = [cut.at, publication.at].map((at) => new Date(at).toISOString());
  return { release, line, by: by ?? '', status: cut.status, publishedAt: publishedAt ?? '' };
}
