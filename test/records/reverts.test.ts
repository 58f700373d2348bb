import type { RevertedFix } from '../../domain/fix/reverted-fix';
import { FIX, aSealedFix } from '../support/embargoes';
import { freshRecords, type TestRecords } from '../support/records';

const SENA = { id: 'sena', roles: ['security-engineer'] };
const REVERT: RevertedFix = {
  embargo: FIX,
  project: 'gitaly',
  branch: 'master',
  line: 'default',
  merged: 'a'.repeat(40),
  commit: 'b'.repeat(40),
  isMerge: false,
};
const ON_STABLE = { ...REVERT, branch: '18-6-stable', line: '18.6', isMerge: true };

let test: TestRecords;

beforeEach(async () => {
  test = await freshRecords();
  await aSealedFix(test.records, ['18.6']);
});
afterEach(() => test.end());

it('keeps of each project what the last look has found, and since when', async () => {
  const { reverts } = test.records;
  await reverts.note({ project: 'gitaly', reverts: [REVERT, ON_STABLE] });
  await reverts.note({ project: 'gitlab', reverts: [{ ...REVERT, project: 'gitlab' }] });
  const first = (await reverts.all()).find(({ branch }) => branch === '18-6-stable');

  await reverts.note({ project: 'gitaly', reverts: [ON_STABLE] });

  expect(await reverts.all()).toEqual([
    { ...ON_STABLE, since: first?.since },
    { ...REVERT, project: 'gitlab', since: expect.any(String) },
  ]);

  await reverts.note({ project: 'gitaly', reverts: [] });

  expect((await reverts.all()).map(({ project }) => project)).toEqual(['gitlab']);
});

it('accepts once that a fix is gone with a commit, on whichever branch, and says so in its history', async () => {
  const { reverts, embargoes } = test.records;
  const { commit } = REVERT;
  const word = { embargo: FIX, key: 'sena/1', actor: SENA, reason: 'A better one is on its way.' };
  await reverts.note({ project: 'gitaly', reverts: [REVERT, ON_STABLE] });

  for (const _ of [1, 2]) await reverts.accept({ ...word, project: 'gitaly', commit });

  const acceptance = { by: SENA, reason: word.reason, at: expect.any(String) };
  expect(await reverts.all()).toMatchObject([{ acceptance }, { acceptance }]);
  expect(await reverts.accepted()).toEqual([{ embargo: FIX, project: 'gitaly', commit }]);
  const lines = (await embargoes.history(FIX)).filter(({ act }) => act === 'revert_accepted');
  expect(lines).toMatchObject([{ actor: SENA, reason: word.reason }]);

  await reverts.note({ project: 'gitaly', reverts: [{ ...REVERT, commit: 'c'.repeat(40) }] });

  expect((await reverts.all()).map((revert) => 'acceptance' in revert)).toEqual([false]);
});
