import { ENGINE, type Transition } from '../../domain/release/release';
import type { ReleaseKind } from '../../domain/release/milestones';
import { blockedReport } from '../../domain/planning/blocked-hours';
import { readReleaseRecords } from '../../records/release-records';
import { openDatabase, type Database } from '../../records/database';
import { sandboxConfiguration } from '../gateway/test-gateway';
import { releaseSettings } from '../../config/release-settings';
import { freshRecords, type TestRecords } from '../support/records';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const BLOCKED = { atMostMs: HOUR_MS, windowMs: 7 * DAY_MS };
const POLICY = { measures: { blocked: BLOCKED } };

const WRITTEN_EARLIER = {
  name: 'test.written-earlier',
  text: `INSERT INTO transitions (workflow_id, release, ordinal, to_state, actor, sentence, evidence, recorded_at)
    VALUES ($1, $1, $2, $3, $4, $5, '[]', now() - make_interval(hours => $6))`,
};

let test: TestRecords;
let database: Database;

beforeAll(async () => {
  test = await freshRecords();
  database = openDatabase({ url: test.url });
});
afterAll(async () => {
  await database.close();
  await test.end();
});

/** A release with these lines, each so many hours ago. */
async function recorded(
  id: string,
  kind: ReleaseKind,
  lines: readonly (readonly [number, Transition['to']])[],
): Promise<void> {
  const settings = {
    ...releaseSettings(sandboxConfiguration(), { gatewayKeys: [] }),
    onHoldExpiry: 'resume',
  } as const;
  await test.records.releases.open({ id, kind, title: id, requestKey: id, settings, startedBy: ENGINE });
  for (const [index, [hours, to]] of lines.entries())
    await database.rows(WRITTEN_EARLIER, [id, index + 1, to, JSON.stringify(ENGINE), `${to}.`, hours]);
}

function read(isAudience: boolean, policy: Parameters<typeof readReleaseRecords>[1]['policy'] = POLICY) {
  return readReleaseRecords(test.records, { policy, isAudience, now: new Date().toISOString() });
}

it('has what was under way within the window, of the kinds that whoever asks may know of', async () => {
  await recorded('monthly:18.7', 'monthly', [
    [30, 'opened'],
    [20, 'held'],
    [14, 'hold_expired'],
  ]);
  await recorded('patch:7', 'patch', [
    [9, 'blocked'],
    [4, 'tagged'],
  ]);
  await recorded('patch:6', 'patch', [
    [300, 'held'],
    [200, 'aborted'],
  ]);
  await recorded('internal:k3v9x0q2ab', 'internal', [[9, 'blocked']]);

  const [audience, everybody] = await Promise.all([read(true), read(false)]);

  expect(audience.map(({ release }) => release)).toEqual(['monthly:18.7', 'patch:7']);
  expect(everybody.map(({ release }) => release)).toEqual(['monthly:18.7']);
  expect(everybody[0]).toMatchObject({ kind: 'monthly', holdsEnd: true });
  const now = new Date().toISOString();
  const hours = [audience, everybody].map(
    (records) => blockedReport(records, { policy: BLOCKED, now }).figures?.hours,
  );
  expect(hours).toEqual([11, 6]);
});

it('asks for nothing where it is not judged', async () => {
  expect(await read(true, { measures: {} })).toEqual([]);
});

it('counts as the calendar does, where that of a sandbox runs faster than the clock', async () => {
  const since = new Date(Date.now() - 20 * HOUR_MS).toISOString();
  const compressed = { since, shows: since, dayMs: HOUR_MS };

  const [{ lines } = { lines: [] }] = await readReleaseRecords(test.records, {
    policy: { ...POLICY, compressed },
    isAudience: false,
    now: new Date(Date.parse(since) + 20 * DAY_MS).toISOString(),
  });

  const [held, ended] = lines.filter(({ to }) => to !== 'opened').map(({ at }) => Date.parse(at));
  expect(Math.round(((ended ?? 0) - (held ?? 0)) / DAY_MS)).toBe(6);
});
