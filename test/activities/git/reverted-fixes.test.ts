import { revertedFixes } from '../../../activities/git/reverted-fixes';
import type { RevertedFix } from '../../../domain/fix/reverted-fix';
import { plantProject, type PlantedCommit, type PlantedProject } from '../../support/planted-project';

const lines = (changed: Readonly<Record<number, string>> = {}): string =>
  Array.from({ length: 30 }, (_, at) => `${changed[at] ?? `line ${at}`}\n`).join('');

const GUARD = { 3: 'line 3, guarded' };
const FIXED = { 'app.rb': lines(GUARD), 'guard.rb': 'guard\n' };
const AS_BEFORE = { 'app.rb': lines(), 'guard.rb': null };

/** A fix of two files, disclosed by a merge, and what may become of it. */
const COMMITS: readonly PlantedCommit[] = [
  { name: 'first', changes: { 'app.rb': lines(), 'other.rb': 'one\n' } },
  { name: 'other', on: ['first'], changes: { 'other.rb': 'two\n' } },
  { name: 'topic', on: ['first'], changes: FIXED },
  { name: 'disclosed', on: ['other', 'topic'], changes: FIXED },
  { name: 'later', on: ['disclosed'], changes: { 'app.rb': lines({ ...GUARD, 20: 'more' }) } },
  { name: 'reverts', on: ['disclosed'], changes: AS_BEFORE },
  { name: 'goes-on', on: ['reverts'], changes: { 'other.rb': 'three\n' } },
  { name: 'brings-again', on: ['goes-on'], changes: FIXED },
  { name: 'reverts-again', on: ['brings-again'], changes: AS_BEFORE },
  { name: 'reverts-later', on: ['later'], changes: { 'app.rb': lines({ 20: 'more' }), 'guard.rb': null } },
  { name: 'side', on: ['later'], changes: { 'app.rb': lines({ 20: 'more' }), 'guard.rb': null } },
  {
    name: 'merges-revert',
    on: ['later', 'side'],
    changes: { 'app.rb': lines({ 20: 'more' }), 'guard.rb': null },
  },
  { name: 'half', on: ['disclosed'], changes: { 'guard.rb': null } },
  {
    name: 'reworks',
    on: ['later'],
    changes: { 'app.rb': lines({ 3: 'otherwise', 20: 'more' }), 'guard.rb': 'other\n' },
  },
  {
    name: 'reworks-reverted',
    on: ['reverts'],
    changes: { 'app.rb': lines({ 3: 'otherwise' }), 'guard.rb': 'other\n' },
  },
  {
    name: 'adapts',
    on: ['brings-again'],
    changes: { 'app.rb': lines({ 3: 'otherwise' }), 'guard.rb': 'other\n' },
  },
  { name: 'better', on: ['disclosed'], changes: { ...AS_BEFORE, 'mended.rb': 'mended\n' } },
  { name: 'replaced', on: ['disclosed', 'better'], changes: { ...AS_BEFORE, 'mended.rb': 'mended\n' } },
  { name: 'stable', on: ['first', 'topic'], changes: FIXED },
  { name: 'stable-reverts', on: ['stable'], changes: AS_BEFORE },
];

/** A fix of one file that is new. */
const ADDING: readonly PlantedCommit[] = [
  { name: 'adding', on: ['first'], changes: { 'new.rb': 'guard everything\n' } },
  { name: 'added', on: ['other', 'adding'], changes: { 'new.rb': 'guard everything\n' } },
  { name: 'moves', on: ['added'], changes: { 'lib/new.rb': { movedFrom: 'new.rb' } } },
  { name: 'drops', on: ['added'], changes: { 'new.rb': null } },
];

let world: PlantedProject;

beforeAll(async () => {
  world = await plantProject({
    commits: [...COMMITS, ...ADDING],
    canonical: Object.fromEntries([...COMMITS, ...ADDING].map(({ name }) => [name, name])),
  });
});
afterAll(() => world.end());

function revertedOn(
  branch: string,
  known: readonly RevertedFix[] = [],
  isNewerOver = true,
): Promise<readonly RevertedFix[]> {
  return revertedFixes(world.mirror, {
    place: { project: 'gitlab', branch, line: 'default', head: world.sha(branch) },
    topics: [
      { embargo: 'embargo:k3v9x0q2ab', head: world.sha('topic'), isOver: true },
      // For the branch, and for the one that it was cut from.
      { embargo: 'embargo:k3v9x0q2ab', head: world.sha('topic'), isOver: true },
      { embargo: 'embargo:aaaaaaaaaa', head: world.sha('adding'), isOver: true },
      { embargo: 'embargo:bbbbbbbbbb', head: '0'.repeat(40), isOver: true },
      { embargo: 'embargo:cccccccccc', head: world.sha('better'), isOver: isNewerOver },
    ],
    known,
  });
}

function revertBy(commit: string, branch = commit): RevertedFix {
  return {
    embargo: 'embargo:k3v9x0q2ab',
    project: 'gitlab',
    branch,
    line: 'default',
    merged: world.sha('disclosed'),
    commit: world.sha(commit),
    isMerge: commit === 'merges-revert',
  };
}

it.each(['other', 'disclosed', 'later', 'brings-again', 'half', 'reworks'])(
  'finds nothing on %s, which never had the fix, has it, or has something of it',
  async (branch) => {
    expect(await revertedOn(branch)).toEqual([]);
  },
);

it.each([
  ['where all is as it was before', 'reverts', 'reverts'],
  ['whatever else came later', 'goes-on', 'reverts'],
  ['that took it back after it was brought again', 'reverts-again', 'reverts-again'],
  ['of a file that others have changed in between', 'reverts-later', 'reverts-later'],
  ['that was merged', 'merges-revert', 'merges-revert'],
])('names the commit %s', async (_, branch, commit) => {
  expect(await revertedOn(branch)).toEqual([revertBy(commit, branch)]);
});

it('takes a fix that was reverted for mended by nobody who goes on with what the revert has left', async () => {
  const [reworked, again, never] = ['reworks-reverted', 'brings-again', 'reworks'] as const;

  expect(await revertedOn(reworked, [revertBy('reverts', reworked)])).toEqual([
    revertBy('reverts', reworked),
  ]);
  expect(await revertedOn(again, [revertBy('reverts', again)])).toEqual([]);
  expect(await revertedOn(never, [revertBy('reverts', never)])).toEqual([]);
});

it('takes what was found before, or on another branch, for no answer about what was reverted since', async () => {
  expect(await revertedOn('reverts-again', [revertBy('reverts', 'reverts-again')])).toEqual([
    revertBy('reverts-again'),
  ]);
  expect(await revertedOn('reworks-reverted', [revertBy('reverts')])).toEqual([]);
});

it('takes a fix that was brought again for mended, also where others go on with it', async () => {
  expect(await revertedOn('adapts', [revertBy('reverts', 'adapts')])).toEqual([]);
});

it.each([
  ['was disclosed', true],
  ['is on its way out', false],
])('takes a newer fix that %s in place of it for no revert', async (_how, isNewerOver) => {
  expect(await revertedOn('replaced', [], isNewerOver)).toEqual([]);
});

it('names the merge that brought the fix to the very branch, whichever was looked at first', async () => {
  await revertedOn('reverts');

  const [stable] = await revertedOn('stable-reverts');
  const [again] = await revertedOn('reverts');

  expect([stable?.merged, again?.merged]).toEqual([world.sha('stable'), world.sha('disclosed')]);
});

it('tells a file of the fix that was moved from one that was taken away', async () => {
  expect(await revertedOn('moves')).toEqual([]);
  expect(await revertedOn('drops')).toMatchObject([
    { embargo: 'embargo:aaaaaaaaaa', merged: world.sha('added'), commit: world.sha('drops') },
  ]);
});
