import { engineTimeOf, onCalendarTime } from '../domain/calendar/compressed-time';
import type { PlanningPolicy } from '../domain/planning/advise';
import type { RecordedLine, ReleaseRecord } from '../domain/planning/blocked-hours';
import type { Records } from './records';

/**
 * Records of releases that were under way within what is counted, dated as the calendar counts. Whatever holds a patch up may have to do
 * with a fix under embargo, so whoever may not know of private sides is told of monthlies alone, and nobody of internal releases.
 */
export async function readReleaseRecords(
  { transitions }: Pick<Records, 'transitions'>,
  {
    policy: { measures, compressed },
    isAudience,
    now,
  }: {
    readonly policy: Pick<PlanningPolicy, 'measures' | 'compressed'>;
    /** Whether whoever asks may know what tells of the private sides. */
    readonly isAudience: boolean;
    /** ISO 8601, as the calendar shows it. */
    readonly now: string;
  },
): Promise<readonly ReleaseRecord[]> {
  if (measures?.blocked === undefined) return [];
  const begin = new Date(Date.parse(now) - measures.blocked.windowMs).toISOString();
  const lines = await transitions.ofReleasesSince({
    kinds: isAudience ? ['monthly', 'patch'] : ['monthly'],
    since: new Date(engineTimeOf(begin, compressed)).toISOString(),
  });
  const records = new Map<string, Omit<ReleaseRecord, 'lines'> & { readonly lines: RecordedLine[] }>();
  for (const { release, kind, onHoldExpiry, at, ...line } of lines) {
    const holdsEnd = onHoldExpiry === 'resume';
    const record = records.get(release) ?? { release, kind, holdsEnd, lines: [] };
    record.lines.push({ ...line, at: onCalendarTime(at, compressed) });
    records.set(release, record);
  }
  return [...records.values()];
}
