import { assert, constantFrom, integer, property, subarray } from 'fast-check';
import { mergeBy } from '../../../domain/calendar/merge-by';
import { backportSentence, nextSentence } from '../../../domain/calendar/merge-by-sentence';
import { publishedEvents } from '../../../domain/calendar/published-calendar';
import { firstRevision, movedRevisions } from './published-calendars';
import { gitlabProjects } from './gitlab-projects';

const EVENTS = publishedEvents([firstRevision()]);
const LINES = ['19.6', '19.5', '19.4'];
const NONE: ReadonlySet<string> = new Set();

function at(now: string, more: Partial<Parameters<typeof mergeBy>[0]> = {}) {
  return mergeBy({ events: EVENTS, lines: LINES, closed: NONE, now, ...more });
}

describe('a change on the default branch', () => {
  it.each([
    [
      'a second before the candidate is announced',
      '2026-12-10T12:59:59Z',
      '19.7',
      '2026-12-10T13:00:00.000Z',
    ],
    ['when it is announced', '2026-12-10T13:00:00Z', '19.8', '2027-01-14T13:00:00.000Z'],
    ['before that monthly is published', '2026-12-16T13:00:00Z', '19.8', '2027-01-14T13:00:00.000Z'],
  ])('merged %s has until', (_when, now, line, by) => {
    expect(at(now).next).toMatchObject({ release: `monthly:${line}`, line, by, status: 'tentative' });
  });

  it('has as much longer as the monthly is moved', () => {
    const events = publishedEvents(movedRevisions('monthly:19.7', '2026-12-18'));

    expect(at('2026-12-01T08:00:00Z', { events }).next).toMatchObject({
      line: '19.7',
      by: '2026-12-11T13:00:00.000Z',
      publishedAt: '2026-12-18T13:00:00.000Z',
    });
  });

  it('goes into the one after where the next one is closed before its time, or cancelled', () => {
    const events = EVENTS.map((event) =>
      event.release === 'monthly:19.7' ? { ...event, status: 'cancelled' as const } : event,
    );

    expect(at('2026-12-01T08:00:00Z', { closed: new Set(['monthly:19.7']) }).next?.line).toBe('19.8');
    expect(at('2026-12-01T08:00:00Z', { events }).next?.line).toBe('19.8');
  });

  it('has no date where none is published', () => {
    expect(at('2030-01-01T00:00:00Z')).toEqual({ backports: LINES.map((line) => ({ line })) });
  });
});

describe('a fix for a line', () => {
  it('has until the patch closes, which goes on at once from its last date before', () => {
    expect(at('2026-12-01T08:00:00Z').backports).toEqual(
      LINES.map((line) => ({
        line,
        boarding: {
          release: 'patch:2026-12-09',
          line,
          by: '2026-12-08T13:00:00.000Z',
          status: 'tentative',
          publishedAt: '2026-12-09T13:00:00.000Z',
        },
      })),
    );
  });

  it('has none in a patch that its line is not in', () => {
    const [first, , last] = at('2026-12-08T13:00:00Z').backports;

    expect(first?.boarding?.release).toBe('patch:2026-12-23');
    expect(last).toEqual({ line: '19.4' });
  });

  it('has until the release starts, where it has no date before it closes', () => {
    const events = EVENTS.filter(({ milestone }) => milestone === 'tagged' || milestone === 'published');

    expect(at('2026-12-01T08:00:00Z', { events }).backports[0]?.boarding?.by).toBe(
      '2026-12-08T13:00:00.000Z',
    );
  });
});

it('whatever is closed, what is named is to come, takes more, and closes no later than it is published; no other is sooner', () => {
  const releases = [...new Set(EVENTS.map(({ release }) => release))];
  const hour = integer({ min: 0, max: 24 * 200 });
  assert(
    property(hour, subarray(releases), constantFrom(...LINES, '19.7', '19.8'), (hours, closed, line) => {
      const now = new Date(Date.UTC(2026, 10, 24) + hours * 3_600_000).toISOString();

      const told = at(now, { closed: new Set(closed), lines: [line] });
      const open = at(now, { lines: [line] });

      for (const one of [told.next, told.backports[0]?.boarding]) {
        if (one === undefined) continue;
        expect(closed).not.toContain(one.release);
        expect(Date.parse(one.by)).toBeGreaterThan(Date.parse(now));
        expect(Date.parse(one.by)).toBeLessThanOrEqual(Date.parse(one.publishedAt));
      }
      expect(Date.parse(told.next?.by ?? '9999-01-01')).toBeGreaterThanOrEqual(
        Date.parse(open.next?.by ?? '9999-01-01'),
      );
    }),
    { numRuns: 300 },
  );
});

describe('in a sentence', () => {
  const [gitaly, charts, projects] = gitlabProjects();
  const { next, backports } = at('2026-12-01T08:00:00Z');
  const [backport = { line: '' }] = backports;

  it.each([
    [
      { from: 'environment', environment: 'gprd', migrations: 'db/gprd' },
      'merged to master and run by gprd, its migrations by db/gprd, before Thu 2026-12-10 13:00 UTC',
    ],
    [
      { from: 'environment', environment: 'gprd' },
      'merged to master and run by gprd before Thu 2026-12-10 13:00 UTC',
    ],
    [
      { from: 'default-branch' },
      'merged to master and has passed its pipeline before Thu 2026-12-10 13:00 UTC',
    ],
  ] as const)('says what the candidate of %j is chosen by', (candidate, condition) => {
    expect(nextSentence(next, { project: gitaly, projects, candidate })).toBe(
      `A change that is ${condition} is in 19.7, to be published Thu 2026-12-17 13:00 UTC.`,
    );
  });

  it('names the stable branch, where its number is that of the product', () => {
    const told = [gitaly, charts].map((project) =>
      backportSentence(backport, { project, projects, candidate: { from: 'default-branch' } }),
    );

    expect(told).toEqual([
      'A fix that is merged to 19-6-stable before Tue 2026-12-08 13:00 UTC is in the next patch of 19.6 (patch:2026-12-09), to be published Wed 2026-12-09 13:00 UTC.',
      'A fix that is merged to its stable branch for 19.6 before Tue 2026-12-08 13:00 UTC is in the next patch of 19.6 (patch:2026-12-09), to be published Wed 2026-12-09 13:00 UTC.',
    ]);
  });

  it('says so where nothing is to come', () => {
    const carrying = { project: gitaly, projects, candidate: { from: 'default-branch' } } as const;

    expect(nextSentence(undefined, carrying)).toBe(
      'No monthly release is to come in the published calendar.',
    );
    expect(backportSentence({ line: '19.4' }, carrying)).toBe(
      'No patch of 19.4 is to come in the published calendar.',
    );
  });
});
