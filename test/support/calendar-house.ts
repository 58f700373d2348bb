import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import type { ScheduleDescription } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createCalendarEffects } from '../../activities/create-calendar-effects';
import { openScheduleBook } from '../../activities/schedules/schedule-book';
import { releaseSettings } from '../../config/release-settings';
import type { KeeperStatus } from '../../domain/calendar/keeper-status';
import type { CalendarEntry, RevisionKind } from '../../domain/calendar/published-calendar';
import { calendarKey, type StartingSettings } from '../../domain/calendar/starting';
import type { Engine } from '../../engine/connect';
import { dataConverter } from '../../engine/data-converter';
import { CALENDAR, RELEASES } from '../../engine/task-queues';
import type { Records } from '../../records/records';
import type { ReleaseRow } from '../../records/releases';
import { ensureCalendarKeeper, readKeeper, tellRevised } from '../../starters/start-calendar-keeper';
import { KEYS, sandboxConfiguration } from '../gateway/test-gateway';
import { ownEngine } from './own-namespace';
import { freshRecords } from './records';
import { beQuiet } from './quiet-runtime';
import { until } from './until';

export const MARIA = { id: 'maria', roles: ['release-manager'] };
export const SETTINGS: StartingSettings = {
  catchUpMs: 60_000,
  lookEveryMs: 1_000,
  aheadMs: 24 * 60 * 60_000,
  gatewayKeys: ['22'.repeat(32)],
};
const LONGEST_MS = 60_000;

/** A published calendar with its keeper; a release that it starts waits for a person from its first step on. */
export interface CalendarHouse {
  readonly engine: Engine;
  readonly records: Records;
  revise(kind: RevisionKind, entries: readonly CalendarEntry[]): Promise<void>;
  /** Waits until it has started. */
  started(release: string): Promise<{
    readonly row: ReleaseRow;
    readonly type: string;
    /** What the engine's page tells of it. */
    readonly details: string | undefined;
  }>;
  /** Milestones that the release with this id was told of. */
  told(id: string): Promise<readonly string[]>;
  status(): Promise<KeeperStatus>;
  /** Waits until the keeper has begun a look from now on, and ended it. */
  looked(): Promise<void>;
  /** Waits until there is such a Schedule. */
  scheduled(id: string): Promise<ScheduleDescription>;
  end(): Promise<void>;
}

/** @param address of the Temporal server */
export async function startCalendarHouse(
  address = process.env['SIGNALBOX_TEST_ADDRESS'] ?? '',
): Promise<CalendarHouse> {
  beQuiet();
  const engine = await ownEngine(KEYS, address);
  const { client } = engine;
  const fresh = await freshRecords();
  const { records } = fresh;
  const stopWorkers = await startWorkers({ engine, records, address });
  await ensureCalendarKeeper(client, SETTINGS);
  return {
    engine,
    records,
    revise: async (kind, entries) => {
      const number = (await records.calendar.revisions()).length + 1;
      const wanted = { kind: 'publish', until: '2030-01-01', reason: 'A test.' } as const;
      const requestKey = randomUUID();
      const common = { requestKey, wanted, by: MARIA, reason: 'A test.' };
      await records.calendar.revise({ number, kind, entries, ...common });
      await tellRevised(client, SETTINGS);
    },
    started: (release) => started({ engine, records }, release),
    told: async (id) => {
      const rows = await records.effects.ofStep({ release: id, step: 'calendar' });
      return rows.map(({ target }) => target);
    },
    status: () => readKeeper(client),
    looked: () => looked(client),
    scheduled: (id) =>
      until(`the Schedule ${id}`, () => unlessThrown(client.schedule.getHandle(id).describe())),
    end: async () => {
      await stopWorkers();
      await fresh.end();
      await engine.connection.close();
    },
  };
}

/** The first milestones of a release, each so many milliseconds from now. */
export function dates(release: string, ...ahead: readonly number[]): readonly CalendarEntry[] {
  const [name = '', told = ''] = release.split(':');
  const kind = name === 'monthly' ? 'monthly' : 'patch';
  const milestones =
    kind === 'monthly' ? (['announced', 'rc_tagged'] as const) : (['prepared', 'tagged'] as const);
  return ahead.map((ms, index) => ({
    release,
    kind,
    minors: kind === 'monthly' ? [told] : ['18.6', '18.5'],
    milestone: milestones[index] ?? 'published',
    at: new Date(Date.now() + ms).toISOString(),
    status: 'tentative',
    notes: ['This date is a guideline.'],
  }));
}

function started({ engine, records }: Pick<CalendarHouse, 'engine' | 'records'>, release: string) {
  return until(
    `${release} to start`,
    async () => {
      const row = await records.releases.findByRequestKey(calendarKey(release));
      if (row === undefined) return undefined;
      const run = await unlessThrown(engine.client.workflow.getHandle(row.id).describe());
      return run && { row, type: run.type, details: await run.staticDetails() };
    },
    LONGEST_MS,
  );
}

/** The first of two looks may have begun before. */
async function looked(client: Engine['client']): Promise<void> {
  for (let looks = 0; looks < 2; looks += 1) {
    const { lookedAt } = await readKeeper(client);
    await until('a look', async () => {
      const status = await readKeeper(client);
      return status.lookedAt !== undefined && status.lookedAt !== lookedAt;
    });
  }
}

async function unlessThrown<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch(() => undefined);
}

async function refuse(): Promise<never> {
  throw ApplicationFailure.nonRetryable('not today', 'RefusedByPolicy');
}

async function done(): Promise<{ readonly at: string }> {
  return { at: new Date().toISOString() };
}

interface Staffed extends Pick<CalendarHouse, 'engine' | 'records'> {
  readonly address: string;
}

async function startWorkers({ engine: { namespace, client }, records, address }: Staffed) {
  const connection = await NativeConnection.connect({ address });
  const shared = {
    connection,
    namespace,
    dataConverter: dataConverter(KEYS),
    shutdownForceTime: '2 seconds',
  };
  const effects = createCalendarEffects({
    records,
    schedules: openScheduleBook(client, RELEASES),
    settingsOf: (kind, gatewayKeys) => releaseSettings(sandboxConfiguration(), { gatewayKeys, kind }),
  });
  const workers = await Promise.all([
    Worker.create({
      ...shared,
      taskQueue: RELEASES,
      workflowBundle: { codePath: process.env['SIGNALBOX_TEST_BUNDLE'] ?? '' },
      activities: { surveyLines: refuse, chooseCandidate: refuse, recordTransitions: done },
    }),
    Worker.create({ ...shared, taskQueue: CALENDAR, activities: { ...effects } }),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  return async () => {
    for (const worker of workers) worker.shutdown();
    await running;
    await connection.close();
  };
}
