import { unreleasedChanges } from '../../../activities/git/unreleased-changes';
import type { UnreleasedLine } from '../../../domain/planning/pressure';
import { ENGINE } from '../../../domain/release/release';
import { plantSecretFix } from '../../support/secret-fix';
import { startOutsideWorld, type OutsideWorld } from '../outside-world';

const CANONICAL = 'gitlab-org/gitlab';
const STABLE = '18-6-stable-ee';

let world: OutsideWorld;
let found: readonly UnreleasedLine[];

beforeAll(async () => {
  world = await startOutsideWorld();
  found = await look();
}, 60_000);
afterAll(() => world.end());

function look() {
  return unreleasedChanges(world.outside, world.settings);
}

function numbersOf(lines: readonly UnreleasedLine[], minor: string, project: string): readonly number[] {
  const changes = lines.find((one) => one.minor === minor)?.changes ?? [];
  return changes.filter((one) => one.project === project).map(({ mergeRequest }) => mergeRequest);
}

/** Merge requests and when they were merged, as plain git tells. */
async function mergedSince(tag: string): Promise<readonly string[]> {
  const args = ['log', '--merges', '--format=%cI %b', `${tag}..${STABLE}`];
  const text = await world.repository(CANONICAL).git(args);
  const at = [...text.matchAll(/^(\d{4}-\S+)/gm)].map(([, one = '']) => new Date(one).toISOString());
  const numbers = [...text.matchAll(/See merge request \S+!(\d+)$/gm)].map(([, number]) => number);
  return numbers.map((number, index) => `${number} ${at[index]}`).toSorted();
}

it('finds of every line that gets fixes what its branches have beyond their last tags', async () => {
  const { changes } = found.find(({ minor }) => minor === '18.6') ?? { changes: [] };
  const ofGitLab = changes.filter(({ project }) => project === 'gitlab');

  expect(found.map(({ minor }) => minor)).toEqual(['18.6', '18.5', '18.4']);
  expect(ofGitLab).toHaveLength(3);
  expect(ofGitLab.map(({ mergeRequest, mergedAt }) => `${mergeRequest} ${mergedAt}`).toSorted()).toEqual(
    await mergedSince('v18.6.1-ee'),
  );
});

it('says of a backport that is recorded what it mends, and of nothing else', async () => {
  const [mergeRequest = 0, other = 0] = numbersOf(found, '18.6', 'gitlab');
  const { backports } = world.records;
  const fix = { project: 'gitlab', iid: 1, title: 'A change', author: 'erik', kind: 'perf' } as const;
  const owed = [{ minor: '18.6', branch: STABLE, sentence: 'It is owed.' }];
  await backports.owe({ fix, owed, actor: ENGINE });
  const news = { found: 'merged', mergeRequest: { iid: mergeRequest, url: 'https://gitlab.test' } } as const;
  await backports.tell({
    project: 'gitlab',
    iid: 1,
    minor: '18.6',
    actor: ENGINE,
    news,
    sentence: 'Merged.',
  });

  const { changes } = (await look()).find(({ minor }) => minor === '18.6') ?? { changes: [] };

  const mends = new Map(
    changes.filter(({ project }) => project === 'gitlab').map((one) => [one.mergeRequest, one.mends]),
  );
  expect([mends.get(mergeRequest), mends.get(other)]).toEqual(['perf', undefined]);
});

it('is the same with a secret fix on the security side of the line as without', async () => {
  const before = await look();
  const wanted = { code: 'k3v9x0q2ab', project: 'gitlab', path: 'escape.rb', content: 'escaped' };
  await plantSecretFix(world, { ...wanted, lines: ['18.6'] });
  await world.mirrorOf(world.project('gitlab')).fetch('security');

  expect(await look()).toEqual(before);
});

it('counts nothing any more once a tag of canonical has it', async () => {
  await world.repository(CANONICAL).git(['tag', 'v18.6.2-ee', STABLE]);

  expect(numbersOf(await look(), '18.6', 'gitlab')).toEqual([]);
});
