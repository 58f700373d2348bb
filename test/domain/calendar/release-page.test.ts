import { releasePage, type ReleasePage } from '../../../domain/calendar/release-page';
import { rosterOf } from '../../../domain/shift/roster';
import { setRevision } from '../shift/rosters';
import { factsAt, firstRevision, movedRevisions, publicVersion } from './published-calendars';

const SHIFTS = rosterOf([
  setRevision(1, { people: ['maria'], from: '2026-11-20T08:00:00.000Z', until: '2026-12-14T08:00:00.000Z' }),
  setRevision(2, {
    people: ['erik', 'aiko'],
    from: '2026-12-14T08:00:00.000Z',
    until: '2026-12-28T08:00:00.000Z',
  }),
]);
const FEEDS = {
  calendar: 'https://signalbox.example.com/calendar.ics',
  news: 'https://signalbox.example.com/calendar.atom',
};

function page(
  facts: Partial<ReleasePage> & Pick<ReleasePage, 'now' | 'events' | 'versions' | 'plannedBy'>,
): string {
  const revised = { number: 2, at: '2026-11-25T08:00:00.000Z' };
  return releasePage({
    product: 'gitlab',
    revised,
    shifts: SHIFTS,
    aborted: new Set(),
    feeds: FEEDS,
    ...facts,
  });
}

function section(text: string, title: string): readonly string[] {
  const [, body = ''] = text.split(`## ${title}\n\n`);
  return (body.split('\n\n')[0] ?? '').trimEnd().split('\n');
}

it('tells on one page what is coming, which lines get fixes, and what was published last', () => {
  const revisions = movedRevisions('monthly:19.7', '2026-12-18');
  const versions = [
    {
      ...publicVersion('19.6.2', '2026-12-10T14:00:00.000Z'),
      withdrawn: { at: '2026-12-10T16:00:00.000Z', reason: 'It *does not* start.' },
    },
    publicVersion('19.6.1', '2026-12-09T14:00:00.000Z'),
    publicVersion('19.5.3', '2026-12-09T14:00:00.000Z'),
    publicVersion('19.5.2', '2026-11-25T14:00:00.000Z'),
  ];

  const text = page(factsAt('2026-12-12T08:00:00Z', { revisions, versions }));

  expect(text).toMatch(
    /^# Releases of gitlab\n\nAs of revision 2 of the published calendar, of Wed 2026-11-25 08:00 UTC\./,
  );
  expect(section(text, 'Under way and coming').slice(0, 4)).toEqual([
    '| Release | Lines | Now | Next | Published | Promise |',
    '| --- | --- | --- | --- | --- | --- |',
    '| monthly:19.7 | 19.7 | announced | rc tagged, Wed 2026-12-16 13:00 UTC | Fri 2026-12-18 13:00 UTC | promised. Moved from 2026-12-17T13:00:00Z: It is snowing. |',
    '| patch:2026-12-23 | 19.7, 19.6, 19.5 | not begun | prepared, Mon 2026-12-21 13:00 UTC | Wed 2026-12-23 13:00 UTC | tentative |',
  ]);
  expect(section(text, 'On shift')).toEqual([
    '- Now: maria: Fri 2026-11-20 08:00 UTC to Mon 2026-12-14 08:00 UTC',
    '- Next: erik, aiko: Mon 2026-12-14 08:00 UTC to Mon 2026-12-28 08:00 UTC',
  ]);
  expect(section(text, 'Lines that get fixes')).toEqual([
    '| Line | Out since | Newest that Signalbox published | Next patch |',
    '| --- | --- | --- | --- |',
    '| 19.6 | Thu 2026-11-19 13:00 UTC | 19.6.1 | patch:2026-12-23, Wed 2026-12-23 13:00 UTC |',
    '| 19.5 | Thu 2026-10-15 13:00 UTC | 19.5.3 | patch:2026-12-23, Wed 2026-12-23 13:00 UTC |',
    '| 19.4 | Thu 2026-09-17 13:00 UTC | none | none is planned |',
  ]);
  expect(section(text, 'Published last')).toEqual([
    String.raw`- 19.6.2, Thu 2026-12-10 14:00 UTC; withdrawn Thu 2026-12-10 16:00 UTC: It \*does not\* start.`,
    '- 19.6.1, Wed 2026-12-09 14:00 UTC',
    '- 19.5.3, Wed 2026-12-09 14:00 UTC',
  ]);
  expect(section(text, 'To be told')).toEqual([
    '- Calendar to subscribe to: <https://signalbox.example.com/calendar.ics>',
    '- What has happened, as Atom: <https://signalbox.example.com/calendar.atom>',
  ]);
});

it('stays as it is while nothing happens', () => {
  expect(page(factsAt('2026-12-01T08:00:00Z'))).toBe(page(factsAt('2026-12-02T20:00:00Z')));
});

it('says so where nothing is published, neither of the calendar nor of versions', () => {
  const { plannedBy, ...facts } = factsAt('2026-12-01T08:00:00Z', { revisions: [] });
  const rules = { ...plannedBy.rules, numbering: { known: [] } };

  const text = releasePage({
    product: 'widget',
    shifts: [],
    aborted: new Set(),
    feeds: FEEDS,
    ...facts,
    plannedBy: { ...plannedBy, rules },
  });

  expect(text).toContain('Nothing is in the published calendar yet.');
  expect(
    ['Under way and coming', 'On shift', 'Lines that get fixes', 'Published last'].map((title) =>
      section(text, title),
    ),
  ).toEqual([
    ['No date is to come.'],
    ['- Now: nobody'],
    ['No line is out.'],
    ['Signalbox has published no version yet.'],
  ]);
});

it('the words of a person break no row and make no markup', () => {
  const reason = 'a | b\n# <script> [x](y) `z` **w** | c';
  const [, move] = movedRevisions('monthly:19.7', '2026-12-18');
  if (move === undefined) throw new Error('nothing was moved');

  const text = page(factsAt('2026-12-01T08:00:00Z', { revisions: [firstRevision(), { ...move, reason }] }));

  const row = section(text, 'Under way and coming').find((one) => one.startsWith('| monthly:19.7 '));
  expect(row?.replaceAll(/\\./g, '').split('|')).toHaveLength(8);
  expect(row).toContain(String.raw`a \| b \# \<script\> \[x\]\(y\) \`z\` \*\*w\*\* \| c`);
});

it('ids of people and names of zones make no markup', () => {
  const span = { from: '2026-11-20T08:00:00.000Z', until: '2026-12-14T08:00:00.000Z' };
  const shifts = rosterOf([setRevision(1, { people: ['_ana_', '<b>'], zone: 'America/New_York', ...span })]);

  const text = page({ ...factsAt('2026-12-01T08:00:00Z'), shifts });

  expect(section(text, 'On shift')).toEqual([
    String.raw`- Now: \_ana\_, \<b\>: Fri 2026-11-20 03:00 America/New\_York to Mon 2026-12-14 03:00 America/New\_York`,
  ]);
});
