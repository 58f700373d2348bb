import { composeTopics } from '../../../activities/git/compose-topics';
import { publicCommit } from '../../../activities/git/public-commit';
import { changesBetween } from '../../../activities/git/read-changes';
import { plantProject, type PlantedProject } from '../../support/planted-project';
import { failureOf } from '../outside-world';

const MERGE_OF_A_FIX =
  "Merge branch 'fix' into 'master'\n\nThe fix\n\nSee merge request group/security/gitlab!9";

let world: PlantedProject;
let composition: string;

beforeAll(async () => {
  world = await plantProject({
    commits: [
      { name: 'c0', changes: { 'app.rb': 'one\n' } },
      { name: 'c', on: ['c0'], changes: { 'doc.md': 'public\n' } },
      { name: 'work', on: ['c0'], changes: { 'app.rb': 'fixed\n' } },
      { name: 'a1', on: ['c0', 'work'], message: MERGE_OF_A_FIX, changes: { 'app.rb': 'fixed\n' } },
    ],
    canonical: { master: 'c' },
    security: { 'topic/a1/default': 'a1' },
  });
  const composed = await composeTopics(world.mirror, world.recipe('c', 'a1'));
  composition = composed.outcome === 'composed' ? composed.commit : '';
});
afterAll(() => world.end());

it('takes what canonical reaches for public', async () => {
  expect(await publicCommit(world.mirror, world.sha('c'))).toBe(world.sha('c'));
  expect(await publicCommit(world.mirror, world.sha('c0'))).toBe(world.sha('c0'));
});

it.each<[string, () => string]>([
  ['a composition', () => composition],
  ['a topic', () => world.sha('a1')],
  ['a commit on the way to a topic', () => world.sha('work')],
  ['a commit that nobody knows', () => '9'.repeat(40)],
])('makes nothing public of %s', async (_what, commit) => {
  const failure = await failureOf(publicCommit(world.mirror, commit()));

  expect(failure).toMatchObject({ type: 'RefusedByPolicy', nonRetryable: true });
  expect(failure.message).toMatch(/^[0-9a-f]{40}: no branch and no tag of canonical holds it.*composed on$/);
});

it('would list the fix, were the changes of a composition listed; the types let nobody do that', async () => {
  const { project, mirror } = world;
  // @ts-expect-error A commit that was not asked for is no public one.
  const leaked = await changesBetween(mirror, { project, since: world.sha('c0'), head: world.sha('a1') });
  const head = await publicCommit(mirror, world.sha('c'));

  expect(leaked.map(({ title }) => title)).toEqual(['The fix']);
  expect(await changesBetween(mirror, { project, since: world.sha('c0'), head })).toEqual([]);
});
