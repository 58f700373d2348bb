import type { ReleaseSettings } from '../../domain/release/release';
import type { NewRelease } from '../../records/releases';
import { freshRecords, type TestRecords } from '../support/records';

let test: TestRecords;

beforeAll(async () => {
  test = await freshRecords();
});

afterAll(() => test.end());

const settings: ReleaseSettings = {
  product: 'gitlab',
  projects: [],
  candidate: { from: 'default-branch' },
  maintenance: [{ from: '1970-01-01', previousMinors: 2 }],
  approvals: [],
  pipelineRetries: 1,
  pipelineTimeoutMs: 60_000,
  holdExpiryMs: 60_000,
  onHoldExpiry: 'remind',
  gatewayKeys: [],
};

function release(id: string, requestKey: string): NewRelease {
  const startedBy = { id: 'ada', roles: ['release-manager'] };
  return { id, kind: 'patch', title: `Release ${id}`, requestKey, settings, startedBy };
}

it('counts each kind from one, without gaps, and once a key', async () => {
  const { releases } = test.records;
  const keys = Array.from({ length: 20 }, (_, index) => `key-${index % 10}`);

  const serials = await Promise.all(
    keys.map((requestKey) => releases.nextSerial({ kind: 'patch', requestKey })),
  );

  expect([...new Set(serials)].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(serials.slice(10)).toEqual(serials.slice(0, 10));
  expect(await releases.nextSerial({ kind: 'internal', requestKey: 'key-0' })).toBe(1);
});

it('finds the release that the same key started', async () => {
  const { releases } = test.records;

  const first = await releases.open(release('patch:1', 'a'));
  const again = await releases.open({ ...release('patch:1', 'a'), title: 'Retold' });

  expect(first).toMatchObject(release('patch:1', 'a'));
  expect(again).toEqual(first);
  expect(await releases.find('patch:1')).toEqual(first);
  expect(await releases.findByRequestKey('a')).toEqual(first);
  expect(await releases.find('patch:99')).toBeUndefined();
});

it('finds a release that was looked for before it was started', async () => {
  const { releases } = test.records;

  const before = await releases.find('patch:7');
  const opened = await releases.open(release('patch:7', 'g'));

  expect(before).toBeUndefined();
  expect(await releases.find('patch:7')).toEqual(opened);
  expect(await releases.find('patch:7')).toEqual(opened);
});

it('says who started a release that another key asks for, and what a used key has started', async () => {
  const { releases } = test.records;
  await releases.open(release('patch:2', 'b'));

  await expect(releases.open(release('patch:2', 'c'))).rejects.toThrow(
    /^release patch:2: ada started it already, at .*Z\. Look at that one/,
  );
  await expect(releases.open(release('patch:3', 'b'))).rejects.toThrow(
    'request key b: it started patch:2, and now asks for patch:3. Use a new key for a new release',
  );
});

it('lists the newest first', async () => {
  await test.records.releases.open(release('patch:4', 'd'));

  expect((await test.records.releases.list())[0]?.id).toBe('patch:4');
});

it('keeps the first answer to a decision', async () => {
  const { decisions } = test.records;
  const by = { id: 'ada', roles: ['release-manager'] };
  const decision = {
    id: 'd1',
    release: 'patch:1',
    by,
    decision: 'approve',
    reason: 'green',
    accepted: false,
  };

  const first = await decisions.record({ ...decision, sentence: 'Not yet.' });
  const again = await decisions.record({ ...decision, accepted: true, sentence: 'Now.' });

  expect(again).toEqual(first);
  expect(await decisions.ofRelease('patch:1')).toEqual([
    { ...decision, digest: null, sentence: 'Not yet.', at: first.at },
  ]);
  expect(await decisions.find('d2')).toBeUndefined();
});

it('knows which releases have come to a state by their own records, and not by those of their versions', async () => {
  const { releases, transitions } = test.records;
  const actor = { id: 'ada', roles: ['release-manager'] };
  const line = { ordinal: 1, actor, sentence: 'It has come so far.', evidence: [] };
  await releases.open(release('patch:50', 'calendar/patch:2026-12-09'));
  await releases.open(release('patch:51', 'by-hand'));
  await transitions.append({
    release: 'patch:50',
    workflowId: 'patch:50',
    transitions: [
      { ...line, to: 'closed' },
      { ...line, ordinal: 2, to: 'aborted' },
      { ...line, ordinal: 3, to: 'closed' },
    ],
  });
  await transitions.append({
    release: 'patch:51',
    workflowId: 'version:a',
    transitions: [{ ...line, to: 'closed' }],
  });

  const reached = await releases.reached(['closed', 'aborted', 'finalised']);

  const row = { id: 'patch:50', kind: 'patch', requestKey: 'calendar/patch:2026-12-09' };
  expect(reached.toSorted((left, right) => left.to.localeCompare(right.to))).toEqual([
    { ...row, to: 'aborted' },
    { ...row, to: 'closed' },
  ]);
});
