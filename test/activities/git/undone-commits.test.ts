import { undoneCommits } from '../../../activities/git/undone-commits';
import { plantProject, type PlantedCommit, type PlantedProject } from '../../support/planted-project';

const ODD = 'a\nb.rb';
const EXECUTABLE = { mode: '100755', content: 'run\n' } as const;

const COMMITS: readonly PlantedCommit[] = [
  {
    name: 'first',
    changes: { 'run.sh': 'run\n', 'guard.sh': EXECUTABLE, 'app.rb': 'one\n', [ODD]: 'one\n' },
  },
  { name: 'lets-run', on: ['first'], changes: { 'run.sh': EXECUTABLE } },
  { name: 'stops-running', on: ['first'], changes: { 'guard.sh': 'run\n' } },
  { name: 'changes', on: ['first'], changes: { 'app.rb': 'two\n' } },
  { name: 'changes-odd', on: ['first'], changes: { [ODD]: 'two\n' } },
  { name: 'adds', on: ['first'], changes: { 'new.rb': 'new\n' } },
  { name: 'drops', on: ['first'], changes: { 'app.rb': null } },
];

let world: PlantedProject;

beforeAll(async () => {
  const branches = Object.fromEntries(COMMITS.map(({ name }) => [name, name]));
  world = await plantProject({ commits: COMMITS, canonical: branches });
});
afterAll(() => world.end());

const ONE_CHANGE = COMMITS.slice(1).map(({ name }) => name);

async function isUndone(name: string, head: string): Promise<boolean> {
  const commits = [{ sha: world.sha(name), parent: world.sha('first') }];
  return (await undoneCommits(world.mirror, { commits, head: world.sha(head) })).has(world.sha(name));
}

it.each(ONE_CHANGE)('%s: it is there in its own tree', async (name) => {
  expect(await isUndone(name, name)).toBe(false);
});

it.each(ONE_CHANGE)('%s: nothing is left of it where all is as it was before', async (name) => {
  expect(await isUndone(name, 'first')).toBe(true);
});

it('takes a commit for undone only where every file is as it was', async () => {
  expect(await isUndone('changes', 'drops')).toBe(false);
  expect(await isUndone('changes', 'adds')).toBe(true);
});
