import { DateTime } from 'luxon';
import { firstAudience } from '../../domain/embargo/embargo';
import { isPending } from '../../domain/planning/timed-fix';
import { ENGINE } from '../../domain/release/release';
import type { Records } from '../../records/records';
import { readTimedFixes, type FixRecords } from '../../records/timed-fixes';
import { aDeclinedBackport, aMergedBackport } from '../support/owed-backports';
import { freshRecords, unitOf, type TestRecords } from '../support/records';

const DAY_MS = 24 * 60 * 60_000;
/** Which names no patches. */
const CALENDAR = { events: [], now: DateTime.fromISO('2026-12-10T08:00:00Z') as DateTime<true> };
const DEADLINES = { security: {}, backports: { bug: 30 * DAY_MS }, critical: [], warnBeforeMs: DAY_MS };

let test: TestRecords;

beforeEach(async () => {
  test = await freshRecords();
});
afterEach(() => test.end());

/** A patch with that merge request on its list. */
async function closed(
  release: string,
  { version, on, mergeRequest }: Record<'version' | 'on', string> & { readonly mergeRequest: number },
): Promise<void> {
  const change = { mergeRequest, sha: 'a'.repeat(40), title: 'A change', author: 'erik', webUrl: '' };
  await test.records.closeRelease({
    key: `${release}/close/unit`,
    release,
    workflowId: release,
    step: 'close',
    target: 'unit',
    transitions: [],
    versions: [{ atLeast: version, composedOn: on, own: [] }],
    close: (versions) => ({
      result: { versions },
      inclusions: versions.map((one) => ({ ...change, version: one.version, project: 'gitlab' })),
    }),
  });
}

async function publish(release: string, version: string): Promise<void> {
  const unit = unitOf(release, [version]);
  await test.records.publication.claim(unit);
  await test.records.publication.markPublished(unit);
}

/** The records, and what of them was asked for one by one. */
function watched(records: Records): FixRecords & { readonly asked: string[]; readonly read: string[] } {
  const asked: string[] = [];
  const read: string[] = [];
  const { embargoes, backports, fixes, releases } = records;
  const noted = <Found extends readonly { iid: number }[]>(found: Found): Found => {
    read.push(...found.map(({ iid }) => `${iid}`));
    return found;
  };
  return {
    asked,
    read,
    embargoes: {
      ...embargoes,
      acts: (some) => {
        asked.push(`${some.length} embargoes`);
        return embargoes.acts(some);
      },
    },
    fixes,
    backports: {
      ...backports,
      list: async (input) => noted(await backports.list(input)),
      pending: async () => noted(await backports.pending()),
    },
    releases: {
      ...releases,
      find: (id) => {
        asked.push(id);
        return releases.find(id);
      },
    },
  };
}

it('reads nothing of what is out already where only what is pending is asked for, however much there is', async () => {
  await closed('patch:1', {
    version: '18.6.1',
    on: '18.6.0',
    mergeRequest: await aMergedBackport(test.records, 1),
  });
  await publish('patch:1', '18.6.1');
  await aDeclinedBackport(test.records, 2);
  await closed('patch:2', {
    version: '18.6.2',
    on: '18.6.1',
    mergeRequest: await aMergedBackport(test.records, 3),
  });
  await aMergedBackport(test.records, 4);
  const records = watched(test.records);
  const asked = { policy: { deadlines: DEADLINES }, calendar: CALENDAR, mayRead: () => true } as const;

  const pending = await readTimedFixes(records, { ...asked, isPendingOnly: true });

  expect(pending.map(({ id, aboard }) => [id, aboard?.id])).toEqual([
    ['gitlab!4 18.6', undefined],
    ['gitlab!3 18.6', 'patch:2'],
  ]);
  expect(records.read).toEqual(['4', '3']);
  expect(records.asked).toEqual(['patch:2']);
  const all = await readTimedFixes(test.records, { ...asked, isPendingOnly: false });
  expect(all.filter(isPending)).toEqual(pending);
  expect(all.map(({ id, outAt }) => [id, outAt !== undefined])).toEqual([
    ['gitlab!4 18.6', false],
    ['gitlab!3 18.6', false],
    ['gitlab!1 18.6', true],
  ]);
});

it('waits for no patch that would have to be of a minor which gets none any more', async () => {
  await aMergedBackport(test.records, 5);
  const patch = { release: 'patch:2026-12-23', kind: 'patch', milestone: 'published' } as const;
  const event = {
    ...patch,
    at: '2026-12-23T13:30:00Z',
    status: 'confirmed',
    notes: [],
    sequence: 0,
  } as const;
  const asked = { policy: { deadlines: DEADLINES }, mayRead: () => true, isPendingOnly: true } as const;
  const readFor = (minors: readonly string[]) =>
    readTimedFixes(test.records, {
      ...asked,
      calendar: { ...CALENDAR, events: [{ ...event, minors, revisedAt: '2026-11-01T08:00:00Z' }] },
    });

  const [[kept], [left]] = [await readFor(['18.7', '18.6']), await readFor(['18.9', '18.8', '18.7'])];

  expect([kept?.isMissed, left?.isMissed]).toEqual([undefined, true]);
});

it('asks once what was done with all embargoes, however many there are', async () => {
  const { embargoes } = test.records;
  const ids = ['embargo:aaaaaaaaaa', 'embargo:bbbbbbbbbb'];
  const change = { actor: ENGINE, reason: 'Reported by a researcher.' };
  for (const embargo of ids)
    await embargoes.open({
      ...change,
      embargo,
      key: `open ${embargo}`,
      title: 'Tokens are read by everybody',
      owner: 'olaf',
      severity: 'S2',
      affects: [{ line: '18.6', evidence: 'introduced by !123' }],
      audience: firstAudience({ owner: 'olaf', reviewers: [], operators: [], now: new Date().toISOString() }),
    });
  await embargoes.move({
    ...change,
    embargo: 'embargo:bbbbbbbbbb',
    key: 'fix',
    from: 'opened',
    to: 'fixed_on_managed_systems',
  });
  const records = watched(test.records);
  const deadlines = { ...DEADLINES, security: { S2: { mitigatedMs: DAY_MS, publishedMs: 30 * DAY_MS } } };
  const policy = { deadlines };

  const fixes = await readTimedFixes(records, {
    policy,
    calendar: CALENDAR,
    mayRead: () => true,
    isPendingOnly: false,
  });

  expect(fixes.map(({ id, mitigation }) => [id, mitigation?.doneAt !== undefined])).toEqual([
    ['embargo:aaaaaaaaaa', false],
    ['embargo:bbbbbbbbbb', true],
  ]);
  expect(records.asked).toEqual(['2 embargoes']);
});
