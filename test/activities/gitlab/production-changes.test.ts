import { composeTopics } from '../../../activities/git/compose-topics';
import { productionChanges } from '../../../activities/gitlab/production-changes';
import type { ProductionChange } from '../../../domain/planning/time-to-production';
import type { ProductionFacts } from '../../../records/measurements';
import { plantSecretFix } from '../../support/secret-fix';
import { startOutsideWorld, type OutsideWorld } from '../outside-world';

const CANONICAL = 'gitlab-org/gitaly';
const SECURITY = 'gitlab-org/security/gitaly';
const LONG_AGO = '2020-01-01T00:00:00.000Z';

let world: OutsideWorld;
/** Merges of the default branch, oldest first. */
let merges: readonly { readonly sha: string; readonly mergeRequest: number; readonly at: string }[];

beforeAll(async () => {
  world = await startOutsideWorld();
  const log = ['log', '--merges', '--first-parent', '--reverse', '--format=%H %cI %b', 'master'];
  const text = await world.repository(CANONICAL).git(log);
  merges = [...text.matchAll(/^([0-9a-f]{40}) (\S+) [\s\S]*?See merge request \S+!(\d+)$/gm)].map(
    ([, sha = '', at = '', number]) => ({
      sha,
      mergeRequest: Number(number),
      at: new Date(at).toISOString(),
    }),
  );
}, 60_000);
afterAll(() => world.end());

function look(environment: string, since = LONG_AGO): Promise<ProductionFacts> {
  const settings = { ...world.settings, projects: [world.project('gitaly')] };
  return productionChanges(world.outside, { settings, environment, since });
}

/** @returns when that was, as GitLab has it */
async function deploy(
  environment: string,
  sha: string,
  path = CANONICAL,
  status = 'success',
): Promise<string> {
  const { body } = await world.gitlab.request<{ updated_at: string }>(
    'POST',
    `/projects/${encodeURIComponent(path)}/deployments`,
    { environment, sha, ref: 'master', tag: false, status },
  );
  return body.updated_at;
}

/** Of the newest merges the one that so many come after. */
function merge(after: number) {
  const found = merges[merges.length - 1 - after];
  if (found === undefined) throw new Error('it is seeded with more');
  return found;
}

function numbers(changes: readonly ProductionChange[]): readonly number[] {
  return changes.map(({ mergeRequest }) => mergeRequest).toSorted((left, right) => left - right);
}

function numbersAfter(older: number, newer: number): readonly number[] {
  const found = merges.slice(merges.length - older, merges.length - newer);
  return found.map(({ mergeRequest }) => mergeRequest).toSorted((left, right) => left - right);
}

it('finds for each change the first successful deployment that has it, and what waits', async () => {
  await deploy('first', merge(5).sha);
  const failed = await deploy('first', merge(4).sha, CANONICAL, 'failed');
  const second = await deploy('first', merge(3).sha);
  const third = await deploy('first', merge(1).sha);

  const { everybody, audience } = await look('first');

  expect(numbers(everybody)).toEqual(numbersAfter(5, 1));
  expect(everybody).toContainEqual({
    project: 'gitaly',
    mergeRequest: merge(4).mergeRequest,
    mergedAt: merge(4).at,
    deployedAt: second,
  });
  expect(new Set(everybody.map(({ deployedAt }) => deployedAt))).toEqual(new Set([second, third]));
  expect(failed).not.toBe(second);
  const waiting = audience.filter(({ deployedAt }) => deployedAt === undefined);
  expect(numbers(waiting)).toEqual(numbersAfter(1, 0));
});

it('counts what production was rolled back from once, and nothing that came there long ago', async () => {
  await deploy('back', merge(4).sha);
  const once = await deploy('back', merge(2).sha);
  await deploy('back', merge(4).sha);
  const again = await deploy('back', merge(2).sha);

  const { everybody } = await look('back');

  expect(numbers(everybody)).toEqual(numbersAfter(4, 2));
  expect(new Set(everybody.map(({ deployedAt }) => deployedAt))).toEqual(new Set([once]));
  expect((await look('back', again)).everybody).toEqual([]);
});

it('tells everybody the same as where nothing was deployed with a secret in it, and its audience what that brought', async () => {
  await deploy('secret', merge(4).sha);
  await deploy('secret', merge(3).sha);
  const before = await look('secret');
  const wanted = { code: 'k3v9x0q2ab', project: 'gitaly', path: 'a.rb', content: 'fixed' };
  const { embargo, heads } = await plantSecretFix(world, { ...wanted, lines: ['default'] });
  const mirror = world.mirrorOf(world.project('gitaly'));
  const topics = [{ embargo: embargo.id, ordinal: embargo.ordinal, head: heads['default'] ?? '' }];
  const composed = await composeTopics(mirror, { project: 'gitaly', base: merge(1).sha, topics });
  if (composed.outcome !== 'composed') throw new Error('it merges');
  await mirror.remote([
    'push',
    '--quiet',
    mirror.urlOf('security'),
    `${composed.commit}:refs/heads/deployed`,
  ]);
  await deploy('secret', composed.commit, SECURITY);

  const after = await look('secret');

  expect(after.everybody).toEqual(before.everybody);
  expect(numbers(before.audience.filter(({ deployedAt }) => deployedAt !== undefined))).toEqual(
    numbersAfter(4, 3),
  );
  expect(numbers(after.audience.filter(({ deployedAt }) => deployedAt !== undefined))).toEqual(
    numbersAfter(4, 1),
  );
  expect(JSON.stringify(after)).not.toContain(composed.commit);
});

it('knows of nothing where nothing was deployed', async () => {
  expect(await look('moon')).toEqual({ everybody: [], audience: [] });
});
