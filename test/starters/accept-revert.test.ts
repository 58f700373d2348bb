import { firstAudience } from '../../domain/embargo/embargo';
import { ENGINE } from '../../domain/release/release';
import { acceptRevert } from '../../starters/accept-revert';
import { aSealedFix, FIX, seal } from '../support/embargoes';
import { freshRecords, type TestRecords } from '../support/records';

const OTHER = 'embargo:aaaaaaaaaa';
const COMMIT = 'c'.repeat(40);
const LINE = '18.6';

let database: TestRecords;

beforeEach(async () => {
  database = await freshRecords();
});
afterEach(() => database.end());

/** As {@link aSealedFix}, of somebody else, and in no repository. */
async function anotherSealedFix(owner: string): Promise<void> {
  const { records } = database;
  await records.embargoes.open({
    embargo: OTHER,
    actor: ENGINE,
    reason: 'planted',
    key: 'open another',
    title: 'Tokens can be replayed',
    owner,
    severity: 'S2',
    affects: [{ line: LINE, evidence: 'tried' }],
    audience: firstAudience({ owner, reviewers: [], operators: [], now: new Date().toISOString() }),
  });
  await seal(records, OTHER);
}

async function disclose(embargo: string): Promise<void> {
  const change = { embargo, actor: ENGINE, reason: 'patch:7 publishes it' };
  const { embargoes } = database.records;
  await embargoes.move({ ...change, key: 'going', from: 'sealed', to: 'disclosing', plan: 'patch:7' });
  await embargoes.move({ ...change, key: 'gone', from: 'disclosing', to: 'disclosed' });
}

function accept(id: string) {
  return acceptRevert(database, {
    project: 'gitaly',
    commit: COMMIT,
    person: { id, roles: ['security-engineer'] },
    reason: 'The code is gone.',
    key: id,
  });
}

it('lets each of two fixes be gone that one commit takes back, by whoever does not own it', async () => {
  const { records } = database;
  await aSealedFix(records, [LINE]);
  await anotherSealedFix('sena');
  for (const embargo of [FIX, OTHER]) await disclose(embargo);
  const place = { project: 'gitaly', branch: '18-6-stable', line: LINE, merged: 'b'.repeat(40) };
  const reverts = [FIX, OTHER].map((embargo) => ({ ...place, embargo, commit: COMMIT, isMerge: false }));
  await records.reverts.note({ project: 'gitaly', reverts });

  const bySena = await accept('sena');
  const first = await records.reverts.accepted();
  const byAda = await accept('ada');
  const byTom = await accept('tom');

  expect([bySena.verdict, byAda.verdict, byTom.verdict]).toEqual(['pass', 'pass', 'fail']);
  expect(first.map(({ embargo }) => embargo)).toEqual([FIX]);
  expect((await records.reverts.accepted()).map(({ embargo }) => embargo)).toEqual([FIX, OTHER]);
  expect(bySena.sentence).toContain('Not of every fix: Somebody else than the owner');
  expect(byTom.sentence).toContain('has accepted');
});
