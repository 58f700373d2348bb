import { happenings } from '../../../domain/calendar/happenings';
import type { CalendarEntry, CalendarRevision } from '../../../domain/calendar/published-calendar';
import type { PublicVersion } from '../../../domain/version/public-version';

const MARIA = { id: 'maria', roles: ['release-manager'] };

const MONTHLY: CalendarEntry = {
  release: 'monthly:19.7',
  kind: 'monthly',
  minors: ['19.7'],
  milestone: 'published',
  at: '2026-12-17T13:00:00Z',
  status: 'confirmed',
  notes: [],
};
const TAGGED: CalendarEntry = { ...MONTHLY, milestone: 'final_tagged', at: '2026-12-16T13:00:00Z' };
const PATCH: CalendarEntry = {
  ...MONTHLY,
  release: 'patch:2026-12-09',
  kind: 'patch',
  minors: ['19.6', '19.5'],
  at: '2026-12-09T13:00:00Z',
};

const REVISIONS: readonly CalendarRevision[] = [
  {
    number: 1,
    kind: 'publish',
    entries: [PATCH, TAGGED, MONTHLY],
    by: MARIA,
    reason: 'Planned by the rules.',
    madeAt: '2026-11-01T08:00:00.000Z',
  },
  {
    number: 2,
    kind: 'move',
    entries: [
      { ...TAGGED, at: '2026-12-17T13:00:00Z' },
      { ...MONTHLY, at: '2026-12-18T13:00:00Z' },
    ],
    by: MARIA,
    reason: 'It is snowing.',
    madeAt: '2026-11-02T08:00:00.000Z',
  },
  {
    number: 3,
    kind: 'cancel',
    entries: [{ ...PATCH, status: 'cancelled' }],
    by: MARIA,
    reason: 'Nothing is ready.',
    madeAt: '2026-11-03T08:00:00.000Z',
  },
];

const VERSIONS: readonly PublicVersion[] = [
  { number: '19.6.1', minor: '19.6', release: 'patch:4', publishedAt: '2026-11-02T12:00:00.000Z' },
  { number: '19.5.3', minor: '19.5', release: 'patch:4', publishedAt: '2026-11-02T12:00:00.000Z' },
];

const HOST = 'gitlab.signalbox';
const ALL = { revisions: REVISIONS, versions: VERSIONS, host: HOST };

it('tells what has happened, newest first, with who did it and why', () => {
  const told = happenings(ALL);

  expect(told.map(({ title, author, updated }) => [updated.slice(0, 13), author, title])).toEqual([
    ['2026-11-03T08', 'maria', 'patch:2026-12-09 cancelled'],
    ['2026-11-02T12', undefined, '19.6.1 is published'],
    ['2026-11-02T12', undefined, '19.5.3 is published'],
    ['2026-11-02T08', 'maria', 'monthly:19.7 moved'],
    ['2026-11-01T08', 'maria', '2 releases published in the calendar'],
  ]);
  expect(told.map(({ content }) => content)).toEqual([
    'maria: Nothing is ready.\npatch:2026-12-09: was to be on Wed 2026-12-09 13:00 UTC',
    'patch:4 brought it.',
    'patch:4 brought it.',
    [
      'maria: It is snowing.',
      'monthly:19.7 final_tagged: Thu 2026-12-17 13:00 UTC, before Wed 2026-12-16 13:00 UTC',
      'monthly:19.7 published: Fri 2026-12-18 13:00 UTC, before Thu 2026-12-17 13:00 UTC',
    ].join('\n'),
    [
      'maria: Planned by the rules.',
      'patch:2026-12-09: Wed 2026-12-09 13:00 UTC',
      'monthly:19.7: Thu 2026-12-17 13:00 UTC',
    ].join('\n'),
  ]);
});

it('of a line tells its own, under ids of its own', () => {
  expect(happenings({ ...ALL, line: '19.7' }).map(({ id, title }) => [id, title])).toEqual([
    ['tag:gitlab.signalbox,2026:calendar/revision/2/19.7', 'monthly:19.7 moved'],
    ['tag:gitlab.signalbox,2026:calendar/revision/1/19.7', 'monthly:19.7 published in the calendar'],
  ]);
  expect(happenings({ ...ALL, line: '19.5' }).map(({ id }) => id)).toEqual([
    'tag:gitlab.signalbox,2026:calendar/revision/3/19.5',
    'tag:gitlab.signalbox,2026:version/19.5.3',
    'tag:gitlab.signalbox,2026:calendar/revision/1/19.5',
  ]);
});

it('an entry stays what it is, whatever happens later; none has the id of another', () => {
  const later = happenings(ALL);

  for (const count of [1, 2]) {
    const earlier = happenings({ ...ALL, revisions: REVISIONS.slice(0, count) });
    for (const entry of earlier) expect(later).toContainEqual(entry);
  }
  const everywhere = ['19.5', '19.6', '19.7'].flatMap((line) => happenings({ ...ALL, line }));
  const said = new Map([...later, ...everywhere].map((entry) => [entry.id, JSON.stringify(entry)]));
  for (const entry of [...later, ...everywhere]) expect(said.get(entry.id)).toBe(JSON.stringify(entry));
});

it('a version that is withdrawn is the same entry, changed', () => {
  const withdrawn = { at: '2026-11-05T08:00:00.000Z', reason: 'It does not start.' };
  const [first] = VERSIONS;
  if (first === undefined) throw new Error('there is none');

  const [entry] = happenings({ ...ALL, versions: [{ ...first, withdrawn }] });

  expect(entry).toEqual({
    id: happenings(ALL).find(({ title }) => title === '19.6.1 is published')?.id,
    title: '19.6.1 is withdrawn',
    published: '2026-11-02T12:00:00.000Z',
    updated: withdrawn.at,
    content: 'patch:4 brought it. Do not use it: It does not start.',
  });
});

it('ends where nobody looks any more', () => {
  const versions = Array.from({ length: 150 }, (_, patch) => ({
    number: `19.6.${patch}`,
    minor: '19.6',
    release: `patch:${patch}`,
    publishedAt: new Date(Date.UTC(2026, 0, 1 + patch)).toISOString(),
  }));

  const told = happenings({ revisions: [], versions, host: HOST });

  expect([told.length, told[0]?.title, told.at(-1)?.title]).toEqual([
    100,
    '19.6.149 is published',
    '19.6.50 is published',
  ]);
});
