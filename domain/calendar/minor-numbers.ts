import type { DateTime } from 'luxon';
import type { Numbering } from './calendar-rules';

interface Counted {
  readonly minor: string;
  /** `2026-11` */
  readonly month: string;
}

/** The minor of a month: the one that is known for it, else the next one, which is a new major once a year. */
export function minorAfter(
  { known, majorMonth }: Numbering,
  { before, month }: { readonly before: Counted | undefined; readonly month: DateTime<true> },
): string {
  const text = month.toFormat('yyyy-MM');
  const named = known.find((entry) => entry.month === text)?.minor;
  if (named !== undefined) return named;
  if (before === undefined) throw new Error(`${text} comes before every minor that is known`);
  const [major = 0, minor = 0] = before.minor.split('.').map(Number);
  return startsMajor(majorMonth, { before: before.month, month })
    ? `${major + 1}.0`
    : `${major}.${minor + 1}`;
}

/** Whether the month of majors came after the last release and no later than this one. */
function startsMajor(
  majorMonth: number | undefined,
  { before, month }: { readonly before: string; readonly month: DateTime<true> },
): boolean {
  if (majorMonth === undefined) return false;
  const thisYears = month.set({ month: majorMonth });
  const latest = thisYears <= month ? thisYears : thisYears.minus({ years: 1 });
  return latest.toFormat('yyyy-MM') > before;
}
