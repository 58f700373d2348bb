import { randomUUID } from 'node:crypto';
import type { ScheduleDescription } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createCalendarEffects } from '../../activities/create-calendar-effects';
import { openScheduleBook } from '../../activities/schedules/schedule-book';
import { findWorkflow } from '../../activities/schedules/find-workflow';
import { releaseSettings } from '../../config/release-settings';
import { WEEKDAYS } from '../../domain/calendar/calendar-rules';
import type { CalendarNotice } from '../../domain/calendar/compare-schedules';
import type { KeeperStatus } from '../../domain/calendar/keeper-status';
import type { CalendarEntry, RevisionKind } from '../../domain/calendar/published-calendar';
import { calendarKey, type StartingSettings } from '../../domain/calendar/starting';
import type { ReleaseStatus } from '../../domain/release/release';
import type { Engine } from '../../engine/connect';
import { dataConverter } from '../../engine/data-converter';
import { CALENDAR, RELEASES, WAITS } from '../../engine/task-queues';
import type { Records } from '../../records/records';
import type { ReleaseRow } from '../../records/releases';
import { ensureCalendarKeeper, readKeeper, tellRevised } from '../../starters/start-calendar-keeper';
import { KEYS, sandboxConfiguration } from '../gateway/test-gateway';
import { ownEngine } from './own-namespace';
import { freshRecords } from './records';
import { beQuiet } from './quiet-runtime';
import { scriptEffects } from './scripted-effects';
import { until } from './until';

export const MARIA = { id: 'maria', roles: ['release-manager'] };
export const SETTINGS: StartingSettings = {
  catchUpMs: 60_000,
  lookEveryMs: 1_000,
  aheadMs: 24 * 60 * 60_000,
  gatewayKeys: ['22'.repeat(32)],
};
const DAY_MS = 24 * 60 * 60_000;
/** Every fix under embargo is to be out in thirty days; limits so wide that nobody is asked. */
const PLANNING = {
  rules: { ...sandboxConfiguration().calendar, locks: [], workingDays: [...WEEKDAYS] },
  deadlines: {
    security: { S1: { publishedMs: 30 * DAY_MS } },
    backports: {},
    critical: [],
    warnBeforeMs: DAY_MS,
  },
  limits: { furthestMs: 60 * DAY_MS, times: 3, perMs: 30 * DAY_MS, apartMs: 0, noticeMs: 0 },
};
const LONGEST_MS = 60_000;

/** What of the product is public, from now on. */
export interface PublicRepository {
  /** Minors. */
  readonly out: Set<string>;
  /** What whoever looks is told instead. */
  refusal?: Error;
  /** What is measured waits for it. */
  awaits?: Promise<void>;
  /** How often it was begun to measure. */
  asked?: number;
}

/** A published calendar with its keeper; what a release does outside is scripted. */
export interface CalendarHouse {
  readonly engine: Engine;
  readonly records: Records;
  readonly repository: PublicRepository;
  revise(kind: RevisionKind, entries: readonly CalendarEntry[]): Promise<void>;
  /** Waits until it has started. */
  started(release: string): Promise<{
    readonly row: ReleaseRow;
    readonly type: string;
    /** What the engine's page tells of it. */
    readonly details: string | undefined;
  }>;
  /** Milestones that the calendar has told the release with this id, in order: what its own history has received. */
  told(id: string): Promise<readonly string[]>;
  /** Milestones that the calendar has noted that it told. */
  noted(id: string): Promise<readonly string[]>;
  releaseStatus(id: string): Promise<ReleaseStatus>;
  status(): Promise<KeeperStatus>;
  /** Waits until the keeper has something to say of it. */
  noticed(about: string): Promise<CalendarNotice>;
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
  const repository: PublicRepository = { out: new Set(['18.6', '18.5']) };
  const stopWorkers = await startWorkers({ engine, records, address, repository });
  await ensureCalendarKeeper(client, SETTINGS);
  return {
    engine,
    records,
    repository,
    revise: async (kind, entries) => {
      const number = (await records.calendar.revisions()).length + 1;
      const wanted = { kind: 'publish', until: '2030-01-01', reason: 'A test.' } as const;
      const requestKey = randomUUID();
      const common = { requestKey, wanted, by: MARIA, reason: 'A test.' };
      await records.calendar.revise({ number, kind, entries, ...common });
      await tellRevised(client, SETTINGS);
    },
    started: (release) => started({ engine, records }, release),
    told: (id) => receivedBy(client, id),
    noted: async (id) => {
      const rows = await records.effects.ofStep({ release: id, step: 'calendar' });
      return rows.map(({ target }) => target);
    },
    releaseStatus: (id) => client.workflow.getHandle(id).query<ReleaseStatus>('status'),
    status: () => readKeeper(client),
    noticed: (about) =>
      until(`a notice of ${about}`, async () =>
        (await readKeeper(client)).notices.find((notice) => notice.about === about),
      ),
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

async function receivedBy(client: Engine['client'], id: string): Promise<readonly string[]> {
  const history = await unlessThrown(client.workflow.getHandle(id).fetchHistory());
  const told: string[] = [];
  for (const { workflowExecutionSignaledEventAttributes: signal } of history?.events ?? []) {
    if (signal?.signalName !== 'milestoneDue') continue;
    const [due] = await decodeArrayFromPayloads(client.options.loadedDataConverter, signal.input?.payloads);
    told.push((due as { readonly milestone: string }).milestone);
  }
  return told;
}

interface Staffed extends Pick<CalendarHouse, 'engine' | 'records' | 'repository'> {
  readonly address: string;
}

async function startWorkers({ engine: { namespace, client }, records, address, repository }: Staffed) {
  const connection = await NativeConnection.connect({ address });
  const shared = {
    connection,
    namespace,
    dataConverter: dataConverter(KEYS),
    shutdownForceTime: '2 seconds',
  };
  const effects = createCalendarEffects({
    records,
    planning: PLANNING,
    measuring: {
      lookEveryMs: 0,
      read: {
        pressure: async () => {
          repository.asked = (repository.asked ?? 0) + 1;
          await repository.awaits;
          if (repository.refusal !== undefined) throw repository.refusal;
          return [...repository.out].map((minor) => ({ minor, changes: [] }));
        },
      },
    },
    schedules: openScheduleBook(client, RELEASES),
    isThere: findWorkflow(client),
    minorsOut: async () => {
      if (repository.refusal !== undefined) throw repository.refusal;
      return repository.out;
    },
    settingsOf: (kind, gatewayKeys) => releaseSettings(sandboxConfiguration(), { gatewayKeys, kind }),
  });
  const script = scriptEffects().effects;
  const workers = await Promise.all([
    Worker.create({
      ...shared,
      taskQueue: RELEASES,
      workflowBundle: { codePath: process.env['SIGNALBOX_TEST_BUNDLE'] ?? '' },
      activities: { ...script },
    }),
    Worker.create({ ...shared, taskQueue: WAITS, activities: { ...script } }),
    Worker.create({ ...shared, taskQueue: CALENDAR, activities: { ...effects } }),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  return async () => {
    for (const worker of workers) worker.shutdown();
    await running;
    await connection.close();
  };
}
