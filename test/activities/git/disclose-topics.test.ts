import { discloseTopics, type Disclosure, type DisclosedRefs } from '../../../activities/git/disclose-topics';
import type { WantedRef } from '../../../activities/git/push-refs';
import type { Verdict } from '../../../domain/verdict';
import { embargoOf, plantProject, type PlantedProject } from '../../support/planted-project';
import { failureOf } from '../outside-world';

const AT = '2026-11-12T09:30:00.000Z';

function lines(changed: Readonly<Record<number, string>> = {}): string {
  return Array.from({ length: 20 }, (_, index) => `${changed[index] ?? `line ${index}`}\n`).join('');
}

let world: PlantedProject;

/** Two fixes, a and b, each on the default line and on 18.6, and one that is in the way. */
beforeAll(async () => {
  world = await plantProject({
    commits: [
      { name: 's', changes: { 'app.rb': lines(), 'doc.md': 'stable\n' } },
      { name: 'm', on: ['s'], changes: { 'doc.md': 'newer\n' } },
      { name: 'a1', on: ['m'], changes: { 'app.rb': lines({ 3: 'fixed' }) } },
      { name: 'as', on: ['s'], changes: { 'app.rb': lines({ 3: 'fixed' }) } },
      { name: 'b1', on: ['m'], changes: { 'app.rb': lines({ 15: 'fixed too' }) } },
      { name: 'd1', on: ['a1'], changes: { 'app.rb': lines({ 3: 'fixed', 9: 'more' }) } },
      { name: 'x1', on: ['s'], changes: { 'doc.md': 'in the way\n' } },
      {
        name: 'w1',
        on: ['s'],
        message: 'Mend it\n\nSee merge request group/security/gitlab!9\n',
        changes: { new: '\n' },
      },
      {
        name: 'n1',
        on: ['a1'],
        message: `Merge branch 'master' into topic/${embargoOf('n1').slice(8)}/default`,
        changes: { new: '\n' },
      },
    ],
    canonical: { master: 'm', '18-6-stable': 's' },
    security: { a: 'a1', as: 'as', b: 'b1', d: 'd1', x: 'x1', w: 'w1', n: 'n1' },
  });
});
afterAll(() => world.end());

function disclosure(change: Partial<Disclosure> & { readonly topics?: readonly string[] } = {}): Disclosure {
  const { topics = ['a1'], ...rest } = change;
  const titled = world
    .recipe('m', ...topics)
    .topics.map((topic) => ({ ...topic, title: 'Escape the title' }));
  return {
    release: 'patch:7',
    project: world.project,
    at: AT,
    branches: [{ branch: 'master', line: 'default', topics: titled }],
    remaining: [],
    ...rest,
  };
}

function refsOf(result: DisclosedRefs): readonly WantedRef[] {
  if (result.outcome === 'merged') return result.refs;
  throw new Error(JSON.stringify(result.obstacles));
}

function obstaclesOf(result: DisclosedRefs): readonly Verdict[] {
  return result.outcome === 'refused' ? result.obstacles : [];
}

it('merges the fix into every branch that it is for, each from what canonical has', async () => {
  const onDefault = disclosure();
  const [topic] = onDefault.branches[0]?.topics ?? [];
  if (topic === undefined) throw new Error('it was given');
  const given = disclosure({
    branches: [
      ...onDefault.branches,
      { branch: '18-6-stable', line: '18.6', topics: [{ ...topic, head: world.sha('as') }] },
    ],
  });

  const refs = refsOf(await discloseTopics(world.mirror, given));

  expect(refs.map(({ ref, from }) => [ref, from])).toEqual([
    ['refs/heads/master', world.sha('m')],
    ['refs/heads/18-6-stable', world.sha('s')],
  ]);
  for (const { object, from } of refs) {
    expect(await world.mirror.file(object, 'app.rb')).toBe(lines({ 3: 'fixed' }));
    expect(await world.mirror.git(['rev-parse', `${object}^1`])).toBe(`${from}\n`);
  }
  expect(await world.mirror.file(refs[1]?.object ?? '', 'doc.md')).toBe('stable\n');
});

it('says in public what the fix is for and which release brought it, and nothing of the embargo', async () => {
  const [ref] = refsOf(await discloseTopics(world.mirror, disclosure()));

  const commit = await world.mirror.git(['cat-file', 'commit', ref?.object ?? '']);

  const signature = 'Signalbox <signalbox@noreply.invalid> 1794475800 +0000';
  expect(commit.slice(commit.indexOf('author'))).toBe(
    `author ${signature}\ncommitter ${signature}\n\nEscape the title\n\nSignalbox-Key: patch:7/disclose/gitlab/master/${world.sha('a1')}\n`,
  );
});

it('makes the same commits again, also on another clone, and nothing on canonical', async () => {
  const given = disclosure({ topics: ['a1', 'b1'] });

  const first = await discloseTopics(world.mirror, given);
  const elsewhere = await discloseTopics(await world.anotherMirror(), given);

  expect(elsewhere).toEqual(first);
  const heads = await world.mirror.git(['--git-dir', world.repository('canonical'), 'rev-parse', 'master']);
  expect(heads).toBe(`${world.sha('m')}\n`);
});

it('leaves out a branch that has every fix already', async () => {
  expect(await discloseTopics(world.mirror, disclosure({ topics: ['s'] }))).toEqual({
    outcome: 'merged',
    refs: [],
  });
});

describe('what is in the way', () => {
  it('a fix that canonical contradicts, with what the owner has to run', async () => {
    const [obstacle, ...others] = obstaclesOf(
      await discloseTopics(world.mirror, disclosure({ topics: ['x1', 'a1'] })),
    );

    expect(others).toEqual([]);
    expect(obstacle).toMatchObject({ verdict: 'fail', whoActs: 'owner' });
    expect(obstacle?.sentence).toMatch(
      /^The fix of embargo:00000000x1 .* contradicts master at \w{12} in doc\.md\./,
    );
    expect(obstacle?.evidence).toEqual([
      { label: 'file', value: 'doc.md' },
      { label: 'command', value: expect.stringContaining(`git merge -m 'Merge master' ${world.sha('m')}`) },
    ]);
  });

  it('a fix that is built on one that remains secret', async () => {
    const remaining = world.recipe('m', 'a1').topics;

    const [obstacle] = obstaclesOf(
      await discloseTopics(world.mirror, disclosure({ topics: ['d1'], remaining })),
    );

    expect(obstacle?.sentence).toBe(
      'The unit is built on embargo:00000000a1, which would go public with it: disclose them together, or base the topic anew.',
    );
    const together = await discloseTopics(world.mirror, disclosure({ topics: ['a1', 'd1'] }));
    const lower = await discloseTopics(
      world.mirror,
      disclosure({ topics: ['a1'], remaining: world.recipe('m', 'd1').topics }),
    );
    expect([together.outcome, lower.outcome]).toEqual(['merged', 'merged']);
  });

  it.each<[string, string, RegExp]>([
    [
      'a link to a security merge request',
      'w1',
      /would tell group\/security\/gitlab, security\/gitlab!9\. Write it anew/,
    ],
    ['the branch that git names when it merges', 'n1', /would tell topic\/00000000n1\/default, 00000000n1\./],
  ])('a commit of a topic whose message holds %s', async (_what, name, words) => {
    const [obstacle, ...others] = obstaclesOf(
      await discloseTopics(world.mirror, disclosure({ topics: [name] })),
    );

    expect(others).toEqual([]);
    expect(obstacle?.sentence).toMatch(words);
    expect(obstacle?.evidence).toEqual([{ label: 'commit', value: world.sha(name) }]);
  });

  it.each([
    ['that names an embargo', 'Mend embargo:00000000a1', 'would tell embargo:00000000a1, 00000000a1'],
    ['that links a security merge request', 'Mend (security!9)', 'would tell security!9'],
    ['of two lines', 'Mend\nit', 'is no single line'],
    ['that is empty', ' ', 'is no single line'],
  ])('a title %s', async (_what, title, words) => {
    const given = disclosure();
    const branches = given.branches.map((branch) => ({
      ...branch,
      topics: branch.topics.map((topic) => ({ ...topic, title })),
    }));

    const obstacles = obstaclesOf(await discloseTopics(world.mirror, { ...given, branches }));

    expect(obstacles.map(({ sentence }) => sentence)).toEqual([
      `The title of embargo:00000000a1 ${words}. Give it one line that everybody may read.`,
    ]);
  });

  it('everything at once', async () => {
    const given = disclosure({ topics: ['x1', 'w1', 'd1'], remaining: world.recipe('m', 'a1').topics });

    expect(obstaclesOf(await discloseTopics(world.mirror, given))).toHaveLength(3);
  });
});

it('refuses a branch that canonical does not have, as a wrong configuration', async () => {
  const branches = [{ branch: '17-0-stable', line: '17.0', topics: [] }];

  const failure = await failureOf(discloseTopics(world.mirror, disclosure({ branches })));

  expect(failure).toMatchObject({ type: 'ConfigurationError', nonRetryable: true });
  expect(failure.message).toMatch(/^group\/gitlab: there is no branch 17-0-stable/);
});
