import { composeTopics } from '../../../activities/git/compose-topics';
import { productionChanges } from '../../../activities/gitlab/production-changes';
import type { ProductionChange } from '../../../domain/planning/time-to-production';
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

function look(environment: string, since = LONG_AGO): Promise<readonly ProductionChange[]> {
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

/** Of those that have come there, by number, how many deployments later than the first of them. */
function arrivals(changes: readonly ProductionChange[]): readonly (readonly [number, number])[] {
  const came = changes.flatMap(({ mergeRequest, deployedAt }) =>
    deployedAt === undefined ? [] : [{ mergeRequest, deployedAt }],
  );
  const times = [...new Set(came.map(({ deployedAt }) => deployedAt))].toSorted();
  return came
    .map(({ mergeRequest, deployedAt }) => [mergeRequest, times.indexOf(deployedAt)] as const)
    .toSorted(([left], [right]) => left - right);
}

function waiting(changes: readonly ProductionChange[]): readonly ProductionChange[] {
  return changes.filter(({ deployedAt }) => deployedAt === undefined);
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

  const found = await look('first');
  const came = found.filter(({ deployedAt }) => deployedAt !== undefined);

  expect(numbers(came)).toEqual(numbersAfter(5, 1));
  expect(came).toContainEqual({
    project: 'gitaly',
    mergeRequest: merge(4).mergeRequest,
    mergedAt: merge(4).at,
    deployedAt: second,
  });
  expect(new Set(came.map(({ deployedAt }) => deployedAt))).toEqual(new Set([second, third]));
  expect(failed).not.toBe(second);
  expect(numbers(waiting(found))).toEqual(numbersAfter(1, 0));
});

it('counts what production was rolled back from once, and nothing that came there long ago', async () => {
  await deploy('back', merge(4).sha);
  const once = await deploy('back', merge(2).sha);
  await deploy('back', merge(4).sha);
  const again = await deploy('back', merge(2).sha);

  const came = (await look('back')).filter(({ deployedAt }) => deployedAt !== undefined);

  expect(numbers(came)).toEqual(numbersAfter(4, 2));
  expect(new Set(came.map(({ deployedAt }) => deployedAt))).toEqual(new Set([once]));
  const since = await look('back', again);
  expect(since).toEqual(waiting(since));
  expect(numbers(since)).toEqual(numbersAfter(2, 0));
});

it('counts a change once where what was deployed between lags behind', async () => {
  await deploy('lagging', merge(5).sha);
  const first = await deploy('lagging', merge(2).sha);
  const repository = world.repository(CANONICAL);
  const tree = `${merge(4).sha}^{tree}`;
  const ada = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  const made = ['commit-tree', tree, '-p', merge(4).sha, '-m', 'Mend it at once'];
  const lagging = await repository.git([...ada, ...made]);
  await repository.git(['update-ref', 'refs/heads/mended', lagging.trim()]);
  await deploy('lagging', lagging.trim());
  const last = await deploy('lagging', merge(0).sha);

  const found = await look('lagging');

  const cameAt = (at: string) => numbers(found.filter(({ deployedAt }) => deployedAt === at));
  expect(numbers(found)).toEqual(numbersAfter(5, 0));
  expect(cameAt(first)).toEqual(numbersAfter(5, 2));
  expect(cameAt(last)).toEqual(numbersAfter(2, 0));
});

it('tells the same of what was deployed with something secret in it as of the public commit under it', async () => {
  await deploy('open', merge(4).sha);
  await deploy('open', merge(3).sha);
  await deploy('open', merge(1).sha);
  await deploy('secret', merge(4).sha);
  await deploy('secret', merge(3).sha);
  const wanted = { code: 'k3v9x0q2ab', project: 'gitaly', path: 'a.rb', content: 'fixed' };
  const { embargo, heads } = await plantSecretFix(world, { ...wanted, lines: ['default'] });
  const mirror = world.mirrorOf(world.project('gitaly'));
  const topics = [{ embargo: embargo.id, ordinal: embargo.ordinal, head: heads['default'] ?? '' }];
  const composed = await composeTopics(mirror, { project: 'gitaly', base: merge(1).sha, topics });
  if (composed.outcome !== 'composed') throw new Error('it merges');
  const ref = `${composed.commit}:refs/heads/deployed`;
  await mirror.remote(['push', '--quiet', mirror.urlOf('security'), ref]);
  await deploy('secret', composed.commit, SECURITY);

  const [open, secret] = [await look('open'), await look('secret')];

  expect(arrivals(secret)).toEqual(arrivals(open));
  expect(arrivals(secret).map(([number]) => number)).toEqual(numbersAfter(4, 1));
  expect(waiting(secret)).toEqual(waiting(open));
  expect(JSON.stringify(secret)).not.toContain(composed.commit);
});

it('goes by all that was deployed since, however often, and by what was there before', async () => {
  const begun = await deploy('often', merge(3).sha);
  const path = `/projects/${encodeURIComponent(CANONICAL)}/deployments`;
  const again = { environment: 'often', sha: merge(3).sha, ref: 'master', tag: false, status: 'success' };
  for (let count = 0; count < 101; count += 1) await world.gitlab.request('POST', path, again);
  await deploy('often', merge(1).sha);

  const deployments = (since: string) =>
    world.outside.gitlab.deployments({ project: CANONICAL, environment: 'often', since });

  expect(await deployments(begun)).toHaveLength(103);
  expect((await deployments(new Date(Date.now() + 60_000).toISOString())).length).toBe(10);
});

it('knows of nothing where nothing was deployed', async () => {
  expect(await look('moon')).toEqual([]);
});
