import type { OfferFacts } from '../../records/offer-build';
import type { Verdict } from '../../domain/verdict';
import { freshRecords, type TestRecords } from '../support/records';
import { aSealedFix, FIX } from '../support/embargoes';
import { holdRegistry } from '../support/held-registry';

let test: TestRecords;

beforeEach(async () => {
  test = await freshRecords();
  await aSealedFix(test.records, []);
});
afterEach(() => test.end());

const RELEASE = 'internal:k3v9x0q2ab';
const PULL = { embargo: FIX, actor: { id: 'mo', roles: [] }, key: 'pulled', reason: 'It breaks logins.' };
const BUILT = {
  ordinal: 1,
  to: 'built',
  actor: { id: 'signalbox', roles: [] },
  sentence: 'It is built.',
  evidence: [],
} as const;

function offered() {
  return test.records.offerBuild({
    release: RELEASE,
    workflowId: RELEASE,
    key: `${RELEASE}/hand-over/18.5`,
    step: 'hand-over',
    target: '18.5',
    transitions: [BUILT],
    judge,
  });
}

function judge({ embargoes }: OfferFacts): Verdict {
  const isPulled = embargoes.some(({ pulled }) => pulled !== undefined);
  return { verdict: isPulled ? 'fail' : 'pass', sentence: 'Judged.', evidence: [] };
}

function offers() {
  return test.records.effects.ofStep({ release: RELEASE, step: 'hand-over' });
}

it('writes once that it is offered, and a fix that is pulled afterwards changes nothing of it', async () => {
  const first = await offered();
  await test.records.embargoes.pull(PULL);
  const again = await offered();

  expect(first.verdict.verdict).toBe('pass');
  expect(again).toEqual(first);
  expect(await offers()).toHaveLength(1);
});

it('offers nothing of which a fix is pulled, and writes what was before', async () => {
  await test.records.embargoes.pull(PULL);

  expect((await offered()).verdict.verdict).toBe('fail');
  expect(await offers()).toEqual([]);
  expect(await test.records.transitions.ofRelease(RELEASE)).toMatchObject([{ to: 'built' }]);
});

it('judges a fix that is being pulled by what the pull leaves, and never by what was before', async () => {
  const held = await holdRegistry(test.url, `UPDATE embargoes SET pulled = '{}' WHERE id = '${FIX}'`);
  const offering = offered();
  await held.isWaitedFor();

  await held.leave();

  expect((await offering).verdict.verdict).toBe('fail');
});
