import type { OfferFacts } from '../../records/offer-build';
import type { Verdict } from '../../domain/verdict';
import { freshRecords, unitOf, type TestRecords } from '../support/records';
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

/** A version with the fix composed in, of a patch that has closed. */
async function close(release: string, version: string): Promise<void> {
  await test.records.closeRelease({
    key: `${release}/close/unit`,
    release,
    workflowId: release,
    step: 'close',
    target: 'unit',
    transitions: [],
    versions: [{ atLeast: version, composedOn: '18.5.2', own: [] }],
    close: (versions) => ({
      result: {
        versions: versions.map((one) => ({
          version: one.version,
          projects: [{ project: 'gitaly', disclosed: { topics: [{ embargo: FIX, head: 'a'.repeat(40) }] } }],
        })),
      },
      inclusions: [],
    }),
  });
}

it('knows which versions disclose a fix while they are public, and once they are withdrawn', async () => {
  const disclosing = async () =>
    (await test.records.offerFacts()).published.map(({ embargo, minor, version }) => [
      embargo,
      minor,
      version,
    ]);
  const unit = unitOf('patch:1', ['18.5.3']);
  await close('patch:1', '18.5.3');
  await test.records.publication.claim(unit);
  const before = await disclosing();

  await test.records.publication.markPublished(unit);
  const out = await disclosing();
  await test.records.publication.markWithdrawn({ ...unit, reason: 'It loses logins.' });

  expect(before).toEqual([]);
  expect(out).toEqual([[FIX, '18.5', '18.5.3']]);
  expect(await disclosing()).toEqual(out);
});
