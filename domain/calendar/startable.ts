import { firstOf } from '../version/naming';
import type { CalendarEvent } from './calendar-event';

/** What a release of the calendar is made of when it starts, or why it cannot be made. */
export type Startable =
  | { readonly minors: readonly string[]; readonly leftOut: readonly string[] }
  | { readonly refused: string };

/**
 * A patch is for lines that are out, a monthly for one that is not: nobody can start another one by hand either. The calendar was
 * planned months before, and a monthly may have slipped since.
 * @param out minors that are out
 */
export function startable(
  { kind, minors, release }: Pick<CalendarEvent, 'kind' | 'minors' | 'release'>,
  out: ReadonlySet<string>,
): Startable {
  if (kind === 'monthly') {
    const released = minors.find((minor) => out.has(minor));
    return released === undefined
      ? { minors, leftOut: [] }
      : { refused: `${firstOf(released)} is released already` };
  }
  const left = minors.filter((minor) => out.has(minor));
  if (left.length === 0) return { refused: `no line of ${release} is out: ${minors.join(', ')}` };
  return { minors: left, leftOut: minors.filter((minor) => !out.has(minor)) };
}

/** For the record of the release; nothing where nothing was left out. */
export function leftOutSentence(leftOut: readonly string[]): string | undefined {
  if (leftOut.length === 0) return undefined;
  return `The calendar has it for ${leftOut.join(', ')} as well, which ${leftOut.length === 1 ? 'is' : 'are'} not out: it starts without.`;
}
