import { DateTime } from 'luxon';
import { calendarTime } from '../../domain/calendar/compressed-time';
import type { MeasurePolicies } from '../../domain/planning/measures';
import { PLANNER_REASON } from '../../domain/planning/planner';
import type { ProductionChange } from '../../domain/planning/time-to-production';
import { anOpenFix, aSealedFix, FIX } from '../support/embargoes';
import { aMergedBackport } from '../support/owed-backports';
import { startGateway, TOKENS, type TestGateway } from './test-gateway';

const DAY_MS = 24 * 60 * 60_000;
/** What the calendar shows when a test begins, whatever day it is: a Friday after a patch, on which none can come within three days. */
const BEGIN = DateTime.fromISO('2026-11-27T08:00:00Z', { zone: 'utc' });
let gateway: TestGateway;
/** Publications that a fix of today is in time for, by their time. */
let patches: readonly { readonly release: string; readonly at: string }[] = [];

async function startWith(
  publishedMs: number,
  measures: MeasurePolicies = {},
  warnBeforeMs = DAY_MS,
): Promise<void> {
  const compressed = { since: new Date().toISOString(), shows: BEGIN.toISO() ?? '', dayMs: DAY_MS };
  gateway = await startGateway({
    calendarNow: () => calendarTime(Date.now(), compressed),
    planning: {
      compressed,
      measures,
      deadlines: {
        security: { S1: { mitigatedMs: DAY_MS, publishedMs } },
        backports: { bug: publishedMs },
        critical: ['S1'],
        warnBeforeMs,
      },
    },
  });
  const until = BEGIN.plus({ months: 4 }).toISODate();
  await revise({ kind: 'publish', until, reason: 'Planned by the rules.' }, 'publish');
  const { events } = await told('/api/v1/calendar', TOKENS.engineer);
  patches = events.filter(
    ({ kind, milestone, status, at }: Record<string, string>) =>
      kind === 'patch' &&
      milestone === 'published' &&
      status === 'confirmed' &&
      Date.parse(at ?? '') > BEGIN.toMillis() + 10 * DAY_MS,
  );
}

function revise(body: object, key: string) {
  return gateway.ask({
    method: 'POST',
    url: '/api/v1/calendar/revisions',
    headers: { 'idempotency-key': key },
    payload: body,
  });
}

async function told(url: string, token: string) {
  return (await gateway.ask({ url, token })).json();
}

const PATHS = ['/api/v1/calendar/advice', '/api/v1/slo', '/api/v1/calendar/starts', '/api/v1/hand-over'];

async function everything(token: string): Promise<readonly string[]> {
  return Promise.all(PATHS.map(async (url) => JSON.stringify(await told(url, token))));
}

describe('a fix that is a secret, and due before any planned patch', () => {
  let before: readonly string[];

  beforeAll(async () => {
    await startWith(3 * DAY_MS);
    before = await everything(TOKENS.engineer);
    await aSealedFix(gateway.records, ['18.6']);
  });
  afterAll(() => gateway.end());

  it('needs a patch of its own, which its audience is told with the command, and asked for beside what starts', async () => {
    const { advice } = await told(PATHS[0] ?? '', TOKENS.manager);
    const { notices } = await told(PATHS[2] ?? '', TOKENS.manager);

    expect(advice).toMatchObject([
      { id: FIX, grade: 'S1', verdict: 'critical_patch', whoActs: 'release-manager' },
    ]);
    expect(notices).toMatchObject([{ about: FIX, how: `Run \`${advice[0].command}\`` }]);
  });

  it('is at risk in the report of its audience, and was mitigated in time', async () => {
    const { rows, fixes } = await told(PATHS[1] ?? '', TOKENS.manager);

    expect(fixes.map(({ promise, standing }: Record<string, string>) => [promise, standing])).toEqual([
      ['mitigated', 'met'],
      ['published', 'at_risk'],
    ]);
    expect(rows).toMatchObject([
      { grade: 'S1', promise: 'mitigated', met: 1 },
      { grade: 'S1', promise: 'published', at_risk: 1 },
      { grade: 'bug', at_risk: 0 },
    ]);
  });

  it('is on no page that everybody reads', async () => {
    const page = await gateway.ask({ url: '/slo.md', token: null });

    expect(page.headers['content-type']).toBe('text/markdown; charset=utf-8');
    expect(page.body).toContain('| security S1 | published | 3 d | 0 | 0 | 0 | 0 |');
    expect(page.body).not.toContain(FIX);
  });

  it('changes nothing of what anybody else is told', async () => {
    expect(await everything(TOKENS.engineer)).toEqual(before);
    expect((await everything(TOKENS.manager)).filter((text) => !text.includes(FIX))).toEqual([]);
  });
});

function kept(): string {
  return patches[0]?.release ?? '';
}

describe('a line on which more waits than may', () => {
  const mergedAt = new Date(Date.now() - 1_000).toISOString();

  beforeAll(async () => {
    await startWith(30 * DAY_MS, { pressure: { changes: 2, withinMs: 30 * DAY_MS } });
    const changes = [1, 2, 3].map((mergeRequest) => ({ project: 'gitlab', mergeRequest, mergedAt }));
    const facts = [{ minor: '18.6', changes }];
    await gateway.records.measurements.note('pressure', { facts, measuredAt: new Date().toISOString() });
  });
  afterAll(() => gateway.end());

  it('is told to everybody, with what becomes of it, in the report and on the page', async () => {
    for (const token of [TOKENS.manager, TOKENS.engineer]) {
      const { advice } = await told('/api/v1/calendar/advice', token);
      const { measures } = await told('/api/v1/slo', token);

      expect(advice).toMatchObject([{ id: 'pressure:18.6', kind: 'pressure', verdict: 'confirm' }]);
      expect(measures.pressure).toMatchObject({
        standing: 'at_risk',
        lines: [{ minor: '18.6', waiting: 3, mends: { other: 3 } }],
      });
    }
    const { body } = await gateway.ask({ url: '/slo.md', token: null });
    expect(body).toMatch(
      /^- release pressure: at risk, as of .+ UTC\. Merged and in no version: 18\.6 3\. /m,
    );
  });

  it('is broken by a move of the patch that would bring it, which whoever moves it is told', async () => {
    const inTime = patches.filter(({ at }) => Date.parse(at) <= BEGIN.toMillis() + 30 * DAY_MS);
    for (const { release } of inTime.slice(1))
      await revise({ kind: 'cancel', release, reason: 'It is snowing.' }, `cancel-${release}`);

    const asked = await revise({ kind: 'cancel', release: kept() }, 'asked');

    expect(asked.statusCode).toBe(409);
    expect(asked.json().error.what).toContain('A patch of 18.6 for 3 waiting changes, more than 2, is due ');
  });
});

describe('deadlines of which no more may be missed', () => {
  beforeAll(async () => {
    await startWith(3 * DAY_MS, { errorBudget: { objective: 0.95, windowMs: 90 * DAY_MS } });
    await aMergedBackport(gateway.records, 1);
  });
  afterAll(() => gateway.end());

  it('have a release manager asked about all that are at risk, each by what it may know of', async () => {
    const { advice } = await told('/api/v1/calendar/advice', TOKENS.engineer);
    const { notices } = await told('/api/v1/calendar/starts', TOKENS.manager);
    const { measures } = await told('/api/v1/slo', TOKENS.manager);

    expect(advice).toMatchObject([
      { id: 'error-budget', kind: 'error_budget', whoActs: 'release-manager' },
      { id: 'gitlab!1 18.6', verdict: 'warn', askedUnder: 'error-budget' },
    ]);
    expect(notices.map(({ about }: Record<string, string>) => about)).toEqual(['error-budget']);
    expect(measures.errorBudget).toMatchObject({ standing: 'at_risk', figures: { ended: 0, atRisk: 1 } });
  });

  it('count no secret for whoever may not know of it', async () => {
    const before = await everything(TOKENS.engineer);
    const page = (await gateway.ask({ url: '/slo.md', token: null })).body;
    await aSealedFix(gateway.records, ['18.6']);

    const { measures } = await told('/api/v1/slo', TOKENS.manager);

    // It was mitigated in time.
    expect(measures.errorBudget.figures).toMatchObject({ ended: 1, missed: 0 });
    expect(await everything(TOKENS.engineer)).toEqual(before);
    expect((await gateway.ask({ url: '/slo.md', token: null })).body).toBe(page);
    expect(page).toMatch(/^- error budget: at risk\. Promises that ended within 90 d: 0, /m);
  });
});

describe('production to which it takes too long', () => {
  const HOUR_MS = DAY_MS / 24;
  const policy = { environment: 'gprd', withinMs: 12 * HOUR_MS, windowMs: 7 * DAY_MS, feedsMonthlies: true };

  function changed(hours: number): ProductionChange {
    const [mergedAt, deployedAt] = [hours * HOUR_MS, 1_000].map((ms) =>
      new Date(Date.now() - ms).toISOString(),
    );
    return { project: 'gitlab', mergeRequest: hours, mergedAt: mergedAt ?? '', deployedAt: deployedAt ?? '' };
  }

  beforeAll(async () => {
    await startWith(3 * DAY_MS, { timeToProduction: policy }, 20 * DAY_MS);
    const facts = [changed(2), changed(30), changed(40)];
    await gateway.records.measurements.note('production', { facts, measuredAt: new Date().toISOString() });
  });
  afterAll(() => gateway.end());

  it('puts the date at risk on which the next monthly takes what runs there', async () => {
    const { advice } = await told('/api/v1/calendar/advice', TOKENS.manager);
    const { notices } = await told('/api/v1/calendar/starts', TOKENS.manager);
    const { measures } = await told('/api/v1/slo', TOKENS.manager);

    expect(advice).toMatchObject([{ id: 'time-to-production', verdict: 'warn', whoActs: 'release-manager' }]);
    expect(advice[0].sentence).toContain(`${advice[0].release}.announced (`);
    expect(notices).toMatchObject([{ about: 'time-to-production', what: 'a date is at risk' }]);
    expect(measures.timeToProduction).toMatchObject({
      standing: 'broken',
      figures: { changes: 3, medianHours: 30, p95Hours: 40 },
    });
  });

  it('is the same for everybody', async () => {
    const [advice, manager] = await Promise.all(
      [TOKENS.engineer, TOKENS.manager].map((token) => told('/api/v1/calendar/advice', token)),
    );
    const { measures } = await told('/api/v1/slo', TOKENS.engineer);
    const { body } = await gateway.ask({ url: '/slo.md', token: null });

    expect(advice).toEqual(manager);
    expect(measures.timeToProduction).toMatchObject({ standing: 'broken', figures: { changes: 3 } });
    expect(body).toMatch(
      /^- time to production: broken, as of .+ UTC\. Merge to gprd within 7 d: half of 3 changes/m,
    );
  });
});

describe('releases that are blocked for longer than they may be', () => {
  const ROSA = { id: 'rosa', roles: ['release-manager'] };
  const HELD = {
    to: 'held',
    actor: ROSA,
    sentence: 'rosa holds it: a secret of ours',
    evidence: [],
  } as const;

  async function held(id: string, kind: 'monthly' | 'patch'): Promise<void> {
    const settings = gateway.deps.settingsOf(kind);
    const { releases, transitions } = gateway.records;
    await releases.open({ id, kind, title: id, requestKey: id, settings, startedBy: ROSA });
    await transitions.append({ release: id, workflowId: id, transitions: [{ ...HELD, ordinal: 1 }] });
  }

  beforeAll(async () => {
    await startWith(3 * DAY_MS, { blocked: { atMostMs: 0, windowMs: 7 * DAY_MS } }, 30 * DAY_MS);
  });
  afterAll(() => gateway.end());

  it('put the next date at risk for their audience, and tell nobody else of a patch', async () => {
    const before = await everything(TOKENS.engineer);
    const page = (await gateway.ask({ url: '/slo.md', token: null })).body;
    await held('patch:7', 'patch');

    const { advice } = await told('/api/v1/calendar/advice', TOKENS.manager);
    const { measures } = await told('/api/v1/slo', TOKENS.manager);

    expect(advice).toMatchObject([{ id: 'blocked-hours', verdict: 'warn', whoActs: 'release-manager' }]);
    expect(measures.blocked).toMatchObject({ standing: 'broken', figures: { longest: { kind: 'held' } } });
    expect((await everything(TOKENS.manager)).join('')).not.toContain('a secret of ours');
    expect((await everything(TOKENS.engineer)).slice(0, 3)).toEqual(before.slice(0, 3));
    expect((await gateway.ask({ url: '/slo.md', token: null })).body).toBe(page);
    expect(page).toMatch(/^- hours blocked: kept\. Releases were blocked, or waited for people, for 0 h /m);
  });

  it('tell everybody of a monthly', async () => {
    await held('monthly:18.7', 'monthly');

    const { measures } = await told('/api/v1/slo', TOKENS.engineer);

    expect(measures.blocked).toMatchObject({ standing: 'broken', figures: { longest: { kind: 'held' } } });
  });
});

describe('a move that breaks a deadline', () => {
  let last: DateTime;

  beforeAll(async () => {
    await startWith(30 * DAY_MS);
    await anOpenFix(gateway.records, ['18.6']);
    const inTime = patches.filter(({ at }) => Date.parse(at) <= BEGIN.toMillis() + 30 * DAY_MS);
    last = BEGIN.plus({ days: 33 });
    // One patch is left that is in time.
    for (const { release } of inTime.slice(1))
      await revise({ kind: 'cancel', release, reason: 'It is snowing.' }, `cancel-${release}`);
  });
  afterAll(() => gateway.end());

  it.each(['move', 'cancel'] as const)('is told of it before its reason is asked for: %s', async (kind) => {
    const wanted = { kind, release: kept(), ...(kind === 'move' ? { day: last.toISODate() } : {}) };

    const asked = await revise(wanted, `asked-${kind}`);

    expect(asked.statusCode).toBe(409);
    expect(asked.json().error.what).toContain(`${FIX} (S1) is due `);
  });

  it('is made with a reason, and nothing of the fix is kept with it', async () => {
    const wanted = { kind: 'move', release: kept(), day: last.toISODate(), reason: PLANNER_REASON };

    const moved = await revise(wanted, 'moved');

    expect(moved.statusCode).toBe(200);
    expect(moved.json().breaks.join(' ')).toContain(FIX);
    expect(JSON.stringify(await told('/api/v1/calendar', TOKENS.engineer))).not.toContain(FIX);
  });

  it('is told nothing of it to a release manager who may not know of the fix', async () => {
    const [entry] = (await gateway.records.embargoes.find(FIX))?.audience ?? [];
    const release = kept();
    for (const role of ['release-manager', 'security-engineer'])
      await gateway.records.embargoes.admit({
        key: `end-${role}`,
        embargo: FIX,
        actor: { id: 'ada', roles: [] },
        reason: 'It is over.',
        entry: { as: entry?.as ?? 'release', who: { role }, until: '2020-01-01T00:00:00.000Z' },
      });

    const asked = await revise({ kind: 'cancel', release }, 'uncleared');

    expect(asked.statusCode).toBe(409);
    expect(asked.json().error.what).toContain('a reason is asked for first');
    expect(asked.body).not.toContain(FIX);
  });
});
