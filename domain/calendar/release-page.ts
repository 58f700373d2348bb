import { words } from '../release/release-state';
import { compareNumbers } from '../version/number';
import { onShift, shiftText, type Shift } from '../shift/roster';
import { markdownTable } from '../markdown-table';
import { asPlainText } from './as-plain-text';
import { comingReleases, type ComingRelease } from './coming-releases';
import { linesOut, linesWithFixes, type CalendarFacts } from './lines-out';
import { toldInstant } from './told-instant';

export interface ReleasePage extends CalendarFacts {
  readonly product: string;
  /** Releases that come no more, whatever their dates say; as the calendar names them. */
  readonly aborted: ReadonlySet<string>;
  /** How often the calendar was revised, and when last (ISO 8601); nothing was published yet where that is absent. */
  readonly revised?: { readonly number: number; readonly at: string };
  /** Who manages releases. */
  readonly shifts: readonly Shift[];
  /** Addresses of what programs read. */
  readonly feeds: { readonly calendar: string; readonly news: string };
}

const COMING = 8;
const PUBLISHED = 3;

/** What everybody asks of releases, on one page of Markdown. It changes when what it tells of does, and at no other time. */
export function releasePage(page: ReleasePage): string {
  return [
    `# Releases of ${page.product}`,
    '',
    asOf(page),
    '',
    '## Under way and coming',
    '',
    ...releaseTable(page),
    '',
    '## On shift',
    '',
    ...shiftLines(page),
    '',
    '## Lines that get fixes',
    '',
    ...lineTable(page),
    '',
    '## Published last',
    '',
    ...publishedList(page),
    '',
    '## To be told',
    '',
    `- Calendar to subscribe to: <${page.feeds.calendar}>`,
    `- What has happened, as Atom: <${page.feeds.news}>`,
    '',
  ].join('\n');
}

function asOf({ revised }: ReleasePage): string {
  return revised === undefined
    ? 'Nothing is in the published calendar yet.'
    : `As of revision ${revised.number} of the published calendar, of ${toldInstant(revised.at)}. Times are in UTC where no other zone is named.`;
}

function comingOf({ events, aborted, now }: ReleasePage): readonly ComingRelease[] {
  const coming = comingReleases(events, { now: now.toUTC().toISO() });
  return coming.filter(({ release }) => !aborted.has(release));
}

function releaseTable(page: ReleasePage): readonly string[] {
  const coming = comingOf(page);
  if (coming.length === 0) return ['No date is to come.'];
  return markdownTable(
    ['Release', 'Lines', 'Now', 'Next', 'Published', 'Promise'],
    coming.slice(0, COMING).map((release) => releaseRow(release, page.now.toMillis())),
  );
}

function releaseRow({ release, minors, dates, publication }: ComingRelease, now: number): readonly string[] {
  const reached = dates.findLast(({ at }) => Date.parse(at) <= now);
  const next = dates.find(({ at }) => Date.parse(at) > now) ?? publication;
  const moved = publication.notes.findLast((note) => note.startsWith('Moved from'));
  return [
    release,
    minors.join(', '),
    reached === undefined ? 'not begun' : words(reached.milestone),
    `${words(next.milestone)}, ${toldInstant(next.at)}`,
    toldInstant(publication.at),
    [
      publication.status === 'confirmed' ? 'promised' : 'tentative',
      ...(moved === undefined ? [] : [asPlainText(moved)]),
    ].join('. '),
  ];
}

function shiftLines({ shifts, now }: ReleasePage): readonly string[] {
  const { current, next } = onShift(shifts, now.toUTC().toISO());
  const told = current.map((shift) => `- Now: ${asPlainText(shiftText(shift))}`);
  return [
    ...(told.length === 0 ? ['- Now: nobody'] : told),
    ...(next === undefined ? [] : [`- Next: ${asPlainText(shiftText(next))}`]),
  ];
}

function lineTable(page: ReleasePage): readonly string[] {
  const lines = linesWithFixes(page);
  if (lines.length === 0) return ['No line is out.'];
  const out = new Map(linesOut(page).map(({ minor, publishedAt }) => [minor, publishedAt]));
  const patches = comingOf(page).filter(({ kind }) => kind === 'patch');
  return markdownTable(
    ['Line', 'Out since', 'Newest that Signalbox published', 'Next patch'],
    lines.map((line) => {
      const patch = patches.find(({ minors }) => minors.includes(line));
      const since = out.get(line);
      return [
        line,
        since === undefined ? '' : toldInstant(since),
        newestOf(page, line) ?? 'none',
        patch === undefined ? 'none is planned' : `${patch.release}, ${toldInstant(patch.publication.at)}`,
      ];
    }),
  );
}

function newestOf({ versions }: ReleasePage, line: string): string | undefined {
  return versions
    .filter(({ minor, withdrawn }) => minor === line && withdrawn === undefined)
    .map(({ number }) => number)
    .toSorted(compareNumbers)
    .at(-1);
}

function publishedList({ versions }: ReleasePage): readonly string[] {
  if (versions.length === 0) return ['Signalbox has published no version yet.'];
  return versions.slice(0, PUBLISHED).map(({ number, publishedAt, withdrawn }) => {
    const told = `- ${number}, ${toldInstant(publishedAt)}`;
    if (withdrawn === undefined) return told;
    return `${told}; withdrawn ${toldInstant(withdrawn.at)}: ${asPlainText(withdrawn.reason)}`;
  });
}
