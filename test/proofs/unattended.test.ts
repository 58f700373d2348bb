import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { DateTime } from 'luxon';
import type { CalendarEvent } from '../../domain/calendar/calendar-event';
import { engineTimeOf } from '../../domain/calendar/compressed-time';
import type { KeeperStatus } from '../../domain/calendar/keeper-status';
import { standingEvents } from '../../domain/calendar/starting';
import type { PublishedCalendar } from '../../domain/calendar/wanted-revision';
import type { ReleaseStatus, Transition } from '../../domain/release/release';
import { startCompressedHouse, type CompressedHouse } from '../support/compressed-house';
import { ProductLife } from '../support/product-life';
import { until } from '../support/until';

const run = promisify(execFile);
const SHOWS = '2026-12-01T00:00:00Z';
const DAY_MS = 8_000;
const weeks = Number(process.env['SIGNALBOX_PROOF_WEEKS'] ?? 6);
const UP_AND_DOWN_MS = 5 * 60_000;
/** What is published last has this much longer. */
const LAST_MS = 5 * 60_000;
const STORY_MS = weeks * 7 * DAY_MS + LAST_MS + UP_AND_DOWN_MS;

type Recorded = ReleaseStatus & {
  readonly transitions: readonly (Transition & { readonly at: string; readonly workflowId: string })[];
};

/** Something that happens at an instant of the calendar. */
interface Happening {
  readonly at: DateTime<true>;
  readonly happen: () => Promise<unknown>;
}

/** A year of it, and four weeks for the patch that is cancelled, are part of `npm run proofs`; the tests run six weeks. */
describe(`the releases of ${weeks} weeks, with nobody present`, () => {
  let house: CompressedHouse;
  let life: ProductLife;
  let calendar: PublishedCalendar;
  let releases: readonly Recorded[];
  let tagsBefore: ReadonlySet<string>;
  /** What the planner has pulled a patch forward for. */
  let faster: string;

  beforeAll(async () => {
    house = await startCompressedHouse({ shows: SHOWS, dayMs: DAY_MS });
    life = new ProductLife(house);
    tagsBefore = await tagsOf('gitaly');
    const end = day(0).plus({ weeks });
    await house.signalbox('calendar', 'publish', '--until', end.plus({ months: 1 }).toISODate());
    for (const { at, happen } of happenings()) {
      await house.reached(at);
      await happen();
    }
    await house.reached(end);
    await comeToAnEnd();
    calendar = await house.ask<PublishedCalendar>('/api/v1/calendar');
    // What starts after the end is not waited for.
    releases = (await byPublication(await recordedReleases())).flatMap(([, release]) => release ?? []);
  }, STORY_MS);
  afterAll(() => house?.end(), UP_AND_DOWN_MS);

  /** People and machines meanwhile; none of it is about a release that runs, but for those that are moved and cancelled. */
  function happenings(): readonly Happening[] {
    const days = Array.from({ length: weeks * 7 - 1 }, (_, index) => day(index + 1));
    const why = ['--reason', 'Half of the team is away.'];
    return [
      ...days.filter((_, index) => index % 7 === 0).map((at) => ({ at, happen: () => life.develop() })),
      ...days.map((at) => ({ at, happen: () => life.mergeBackports() })),
      {
        at: instant('2026-12-03T00:00'),
        happen: () => house.signalbox('calendar', 'cancel', 'patch:2026-12-09', ...why),
      },
      {
        at: instant('2026-12-12T00:00'),
        happen: () => house.signalbox('calendar', 'move', 'monthly:18.7', '--to', '2026-12-21', ...why),
      },
      // Half a day, in which its candidate is due; then three, in which a patch is accepted, tagged and published.
      { at: instant('2026-12-19T10:00'), happen: () => house.outage(instant('2026-12-19T22:00')) },
      { at: instant('2026-12-22T12:00'), happen: () => house.outage(instant('2026-12-25T12:00')) },
      // Promised within fourteen days, and the next patch comes after eighteen.
      {
        at: instant('2026-12-26T00:00'),
        happen: async () => {
          faster = await life.speedUp();
        },
      },
    ].toSorted((left, right) => Number(left.at) - Number(right.at));
  }

  async function recordedReleases(): Promise<readonly Recorded[]> {
    const list = await house.ask<readonly { readonly id: string }[]>('/api/v1/releases?limit=100');
    return Promise.all(
      list.map(({ id }) => house.ask<Recorded>(`/api/v1/releases/${encodeURIComponent(id)}`)),
    );
  }

  /** Publications that the calendar holds to and whose time has come. */
  async function publications(end: DateTime<true>): Promise<readonly CalendarEvent[]> {
    const { events } = await house.ask<PublishedCalendar>('/api/v1/calendar');
    return standingEvents(events).filter(
      ({ milestone, at }) => milestone === 'published' && Date.parse(at) < Number(end),
    );
  }

  /** @throws with what each release that is not over waits for, and what people are asked */
  async function comeToAnEnd(): Promise<void> {
    try {
      await until('the last release to be over', async () => (await notOver()).length === 0, LAST_MS, 1_000);
    } catch (error) {
      const { notices } = await house.ask<KeeperStatus>('/api/v1/calendar/starts');
      throw new Error(JSON.stringify({ notOver: await notOver(), notices }, undefined, 2), { cause: error });
    }
  }

  async function notOver(): Promise<readonly object[]> {
    const came = await byPublication(await recordedReleases());
    return came
      .filter(([, release]) => release?.state !== 'finalised')
      .map(([{ release: planned, at }, release]) => ({
        planned,
        at,
        id: release?.id,
        state: release?.state,
        waitingFor: release?.waitingFor,
        last: release?.transitions.at(-1),
      }));
  }

  /** As everybody sees them, by git. */
  async function tagsOf(project: string): Promise<ReadonlySet<string>> {
    const { stdout } = await run('git', [
      'ls-remote',
      '--tags',
      '--refs',
      `${house.gitlabUrl}/gitlab-org/${project}.git`,
    ]);
    return new Set([...stdout.matchAll(/refs\/tags\/(.+)$/gmu)].map(([, tag = '']) => tag));
  }

  async function hasFile(tag: string, path: string): Promise<boolean> {
    const files = await house.askGitLab<readonly { readonly path: string }[]>(
      'GET',
      `projects/gitlab-org%2Fgitlab/repository/tree?ref=${tag}&path=lib&per_page=100`,
    );
    return files.some((file) => file.path === path);
  }

  /** The release that each publication came to: patches draw their serials when they start, which is in the order of their dates. */
  async function byPublication(
    of = releases,
  ): Promise<readonly (readonly [CalendarEvent, Recorded | undefined])[]> {
    const due = await publications(day(0).plus({ weeks }));
    const patches = of
      .filter(({ kind }) => kind === 'patch')
      .toSorted((left, right) => serialOf(left) - serialOf(right));
    const planned = due.filter(({ kind }) => kind === 'patch');
    return due.map((event) => [
      event,
      event.kind === 'monthly' ? of.find(({ id }) => id === event.release) : patches[planned.indexOf(event)],
    ]);
  }

  it('start and publish, none missed, none before its time and none twice', async () => {
    const came = await byPublication();
    const due = await publications(day(0).plus({ weeks }));

    expect(due.length).toBeGreaterThanOrEqual(weeks / 2 - 1);
    expect(came.filter(([, release]) => release === undefined)).toEqual([]);
    for (const [event, release] of came) {
      expect([event.release, release?.state]).toEqual([event.release, 'finalised']);
      expect(Date.parse(reachedAt(release, 'published'))).toBeGreaterThanOrEqual(
        Math.floor(engineTimeOf(event.at, house.compressed) / 1_000) * 1_000,
      );
      expect([...linesOf(release), ...leftOut(release)].toSorted()).toEqual(event.minors.toSorted());
      for (const minor of leftOut(release)) {
        const monthly = releases.find(({ id }) => id === `monthly:${minor}`);
        expect(reachedAt(monthly, 'published') > reachedAt(release, 'opened')).toBe(true);
      }
    }
    const count = await engineCount();
    expect(count('monthly')).toBe(due.filter(({ kind }) => kind === 'monthly').length);
    expect(releases).toHaveLength(new Set(releases.map(({ id }) => id)).size);
  });

  it('overlap: some are under way while others are', () => {
    const spans = releases.map((release) => ({
      id: release.id,
      from: reachedAt(release, 'opened'),
      to: reachedAt(release, 'finalised'),
    }));
    const meetings = spans.filter((one) =>
      spans.some((other) => other.id !== one.id && other.from < one.to && one.from < other.to),
    );

    expect(meetings.length).toBeGreaterThanOrEqual(2);
  });

  it('bring each number once, and everybody sees just these', async () => {
    const published = releases
      .flatMap(({ versions }) => versions)
      .filter(({ reached }) => reached === 'published')
      .map(({ version }) => `v${version}`);
    const made = [...(await tagsOf('gitaly'))].filter((tag) => !tagsBefore.has(tag));

    expect(published).toHaveLength(new Set(published).size);
    expect(made.toSorted()).toEqual(published.toSorted());
  });

  it('are started by the calendar, and what they went through is explained in their records', () => {
    for (const { id, transitions } of releases) {
      expect([id, transitions[0]?.actor.id]).toEqual([id, 'the calendar']);
      expect(transitions.filter(({ sentence, actor }) => sentence === '' || actor.id === '')).toEqual([]);
      for (const workflow of new Set(transitions.map(({ workflowId }) => workflowId))) {
        const lines = transitions.filter(({ workflowId }) => workflowId === workflow);
        expect(lines.map(({ ordinal }) => ordinal)).toEqual(lines.map((_, index) => index + 1));
      }
    }
  });

  it('come earlier where a fix would be late otherwise, and bring it', async () => {
    const [pulled, ...others] = calendar.revisions.filter(({ by }) => by.id === 'the planner');
    const came = new Map((await byPublication()).map(([{ release }, recorded]) => [release, recorded]));
    const versions = came.get('patch:2027-01-13')?.versions.map(({ version }) => version) ?? [];

    expect(others).toEqual([]);
    expect(
      pulled?.entries.map(({ release, milestone, at }) => [release, milestone, at.slice(0, 10)]),
    ).toContainEqual(['patch:2027-01-13', 'published', '2027-01-08']);
    expect(versions).toHaveLength(3);
    for (const version of versions) expect(await hasFile(`v${version}-ee`, faster)).toBe(true);
  });

  it('leave nothing that asks for a person, and a cancelled one has not started', async () => {
    const { notices, unknown } = await house.ask<KeeperStatus>('/api/v1/calendar/starts');
    const cancelled = calendar.events.filter(({ status }) => status === 'cancelled');
    const days = new Set(cancelled.map(({ release }) => release));

    expect([notices, unknown]).toEqual([[], undefined]);
    expect([...days]).toEqual(['patch:2026-12-09']);
    expect(releases.filter(({ kind }) => kind === 'patch')).toHaveLength(
      (await publications(day(0).plus({ weeks }))).filter(({ kind }) => kind === 'patch').length,
    );
  });

  /** Workflows that the engine has run, whatever became of them. */
  async function engineCount(): Promise<(kind: 'monthly' | 'patch') => number> {
    const connection = await Connection.connect({ address: house.temporalAddress });
    const client = new Client({ connection });
    const counts = {
      monthly: (await client.workflow.count(`WorkflowType = 'monthlyRelease'`)).count,
      patch: (await client.workflow.count(`WorkflowType = 'patchRelease'`)).count,
    };
    await connection.close();
    return (kind) => counts[kind];
  }
});

function instant(text: string): DateTime<true> {
  return DateTime.fromISO(text, { zone: 'utc' }) as DateTime<true>;
}

function day(index: number): DateTime<true> {
  return instant(SHOWS).plus({ days: index });
}

function serialOf({ id }: Pick<Recorded, 'id'>): number {
  return Number(id.split(':')[1]);
}

function reachedAt(release: Recorded | undefined, milestone: string): string {
  return release?.reached.find((one) => one.milestone === milestone)?.at ?? '';
}

/** Minors that it made a version of; a candidate is none. */
function linesOf(release: Recorded | undefined): readonly string[] {
  const versions = release?.versions.map(({ version }) => version) ?? [];
  return versions.filter((version) => !version.includes('-rc')).map(minorOf);
}

/** Minors that were not out when it started, as its record says. */
function leftOut(release: Recorded | undefined): readonly string[] {
  const lines = release?.transitions.filter(({ to }) => to === 'lines_left_out') ?? [];
  return lines.flatMap(({ sentence }) => sentence.match(/\d+\.\d+/g) ?? []);
}

function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
