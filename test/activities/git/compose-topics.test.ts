import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { composeTopics } from '../../../activities/git/compose-topics';
import type { Mirror } from '../../../activities/git/mirror';
import { whatWouldTell } from '../../../activities/git/what-would-tell';
import { conflictWords, type CompositionConflict } from '../../../domain/embargo/composition-conflict';
import type { Recipe } from '../../../domain/embargo/composition';
import {
  embargoOf,
  plantProject,
  type Change,
  type PlantedProject,
  type Planting,
} from '../../support/planted-project';
import { cloneOf } from '../../support/work-tree';
import { failureOf } from '../outside-world';

const planted: PlantedProject[] = [];

async function plant(history: Planting): Promise<PlantedProject> {
  const project = await plantProject(history);
  planted.push(project);
  return project;
}
afterEach(async () => {
  await Promise.all(planted.splice(0).map((project) => project.end()));
});

/** Twenty lines, some of them changed. */
function lines(changed: Readonly<Record<number, string>> = {}): string {
  return Array.from({ length: 20 }, (_, index) => `${changed[index] ?? `line ${index}`}\n`).join('');
}

const BYTES = Buffer.from([0, 1, 2, 255, 0]);
const OTHER_BYTES = Buffer.from([0, 9, 9, 255, 0]);
const SUBMODULE = { submodule: '1'.repeat(40) };

/** Public history `c0 ← c`, with a topic of each kind at its side. */
function planting(changes: {
  readonly public?: Readonly<Record<string, Change>>;
  readonly a1?: Readonly<Record<string, Change>>;
  readonly b1?: Readonly<Record<string, Change>>;
}): Planting {
  return {
    commits: [
      {
        name: 'c0',
        changes: { 'app.rb': lines(), 'doc.md': lines(), 'logo.png': BYTES, 'vendor/lib': SUBMODULE },
      },
      { name: 'c', on: ['c0'], changes: changes.public ?? {} },
      { name: 'a1', on: ['c0'], changes: changes.a1 ?? {} },
      { name: 'b1', on: ['c0'], changes: changes.b1 ?? {} },
    ],
    canonical: { master: 'c' },
    security: { 'topic/00000000a1/default': 'a1', 'topic/00000000b1/default': 'b1' },
  };
}

async function compose(mirror: Mirror, recipe: Recipe): Promise<string> {
  const result = await composeTopics(mirror, recipe);
  if (result.outcome === 'conflicts') throw new Error(JSON.stringify(result.conflicts));
  return result.commit;
}

async function conflictsOf(mirror: Mirror, recipe: Recipe): Promise<readonly CompositionConflict[]> {
  const result = await composeTopics(mirror, recipe);
  return result.outcome === 'conflicts' ? result.conflicts : [];
}

async function treeOf(mirror: Mirror, commit: string): Promise<string> {
  return (await mirror.git(['rev-parse', `${commit}^{tree}`])).trim();
}

it('is canonical as first parent and one merge for each open topic in registry order', async () => {
  const world = await plant(
    planting({ a1: { 'app.rb': lines({ 3: 'fixed' }) }, b1: { 'app.rb': lines({ 15: 'fixed too' }) } }),
  );

  const commit = await compose(world.mirror, world.recipe('c', 'a1', 'b1'));

  const chain = await world.mirror.git(['log', '--first-parent', '--format=%P', '-2', commit]);
  const [last, first] = chain.trim().split('\n');
  expect(last?.split(' ')[1]).toBe(world.sha('b1'));
  expect(first).toBe(`${world.sha('c')} ${world.sha('a1')}`);
  expect(await world.mirror.file(commit, 'app.rb')).toBe(lines({ 3: 'fixed', 15: 'fixed too' }));
});

it('takes author, dates and words from the recipe and the base', async () => {
  const world = await plant(planting({ a1: { 'app.rb': lines({ 3: 'fixed' }) } }));

  const commit = await compose(world.mirror, world.recipe('c', 'a1'));

  const [base, a1] = [world.sha('c'), world.sha('a1')];
  const basedAt = (await world.mirror.git(['show', '--no-patch', '--format=%ct', base])).trim();
  const signature = `Signalbox <signalbox@noreply.invalid> ${basedAt} +0000`;
  expect(await world.mirror.git(['cat-file', '-p', commit])).toBe(
    `tree ${await treeOf(world.mirror, commit)}\nparent ${base}\nparent ${a1}\nauthor ${signature}\ncommitter ${signature}\n\n` +
      'Merge the topic of embargo:00000000a1 into the composition of gitlab\n\n' +
      'Made by the engine, not to be developed on: a conflict is solved in the topic.\n\n' +
      `Signalbox-Key: composition/gitlab/${base}/embargo:00000000a1/${a1}\n`,
  );
});

it('composes on a commit without a date worth the name', async () => {
  const world = await plant({
    commits: [
      { name: 'c', at: 0, changes: { 'app.rb': lines() } },
      { name: 'a1', on: ['c'], changes: { 'app.rb': lines({ 3: 'fixed' }) } },
    ],
    canonical: { master: 'c' },
    security: { 'topic/a1/default': 'a1' },
  });

  const commit = await compose(world.mirror, world.recipe('c', 'a1'));

  expect(await world.mirror.git(['show', '--no-patch', '--format=%at %ct', commit])).toBe('0 0\n');
});

it('is canonical itself where no topic is open, and says which have left', async () => {
  const world = await plant({
    commits: [
      { name: 'c0', changes: { 'app.rb': lines() } },
      { name: 'a1', on: ['c0'], changes: { 'app.rb': lines({ 3: 'fixed' }) } },
      { name: 'c', on: ['c0', 'a1'], changes: { 'app.rb': lines({ 3: 'fixed' }) } },
    ],
    canonical: { master: 'c' },
    security: { 'topic/a1/default': 'a1', 'topic/empty/default': 'c0' },
  });
  const recipe = world.recipe('c', 'a1', 'c0');

  expect(await composeTopics(world.mirror, world.recipe('c'))).toEqual({
    outcome: 'composed',
    commit: world.sha('c'),
    left: [],
  });
  expect(await composeTopics(world.mirror, recipe)).toEqual({
    outcome: 'composed',
    commit: world.sha('c'),
    left: recipe.topics,
  });
});

describe('what merges by itself', () => {
  it.each<[string, Parameters<typeof planting>[0], string, string]>([
    [
      'a file that canonical renamed and the topic mends under its old name',
      {
        public: { 'core.rb': { movedFrom: 'app.rb' } },
        a1: { 'app.rb': lines({ 3: 'fixed' }) },
      },
      'core.rb',
      `100644 ${lines({ 3: 'fixed' })}`,
    ],
    [
      'a file that the topic renames and canonical goes on with',
      {
        public: { 'app.rb': lines({ 3: 'public' }) },
        a1: { 'core.rb': { movedFrom: 'app.rb' } },
      },
      'core.rb',
      `100644 ${lines({ 3: 'public' })}`,
    ],
    [
      'a mode on one side and content on the other',
      {
        public: { 'app.rb': lines({ 3: 'public' }) },
        a1: { 'app.rb': { mode: '100755', content: lines() } },
      },
      'app.rb',
      `100755 ${lines({ 3: 'public' })}`,
    ],
    [
      'bytes that only the topic changes',
      { a1: { 'logo.png': OTHER_BYTES } },
      'logo.png',
      `100644 ${OTHER_BYTES.toString()}`,
    ],
    [
      'a submodule that only the topic moves',
      { public: { 'doc.md': 'public\n' }, a1: { 'vendor/lib': { submodule: '2'.repeat(40) } } },
      'vendor/lib',
      `160000 ${'2'.repeat(40)}`,
    ],
    [
      'the same change on both sides',
      { public: { 'app.rb': lines({ 3: 'fixed' }) }, a1: { 'app.rb': lines({ 3: 'fixed' }) } },
      'app.rb',
      `100644 ${lines({ 3: 'fixed' })}`,
    ],
    [
      'a topic that changes nothing',
      { public: { 'doc.md': 'public\n' }, a1: {} },
      'doc.md',
      '100644 public\n',
    ],
  ])('%s', async (_what, changes, path, expected) => {
    const world = await plant(planting(changes));

    const commit = await compose(world.mirror, world.recipe('c', 'a1'));

    const [mode = '', , object = ''] = (await world.mirror.git(['ls-tree', commit, path])).split(/\s/);
    const content = mode === '160000' ? object : ((await world.mirror.file(commit, path)) ?? '');
    expect(`${mode} ${content}`).toBe(expected);
    expect(await world.mirror.git(['rev-parse', `${commit}^2`])).toBe(`${world.sha('a1')}\n`);
  });
});

describe('what is a conflict', () => {
  it.each<[string, Parameters<typeof planting>[0], readonly string[]]>([
    [
      'the same line of a file',
      { public: { 'app.rb': lines({ 3: 'public' }) }, a1: { 'app.rb': lines({ 3: 'fixed' }) } },
      ['app.rb'],
    ],
    [
      'bytes that both change',
      { public: { 'logo.png': OTHER_BYTES }, a1: { 'logo.png': Buffer.from([0, 7]) } },
      ['logo.png'],
    ],
    [
      'a submodule that both move',
      {
        public: { 'vendor/lib': { submodule: '3'.repeat(40) } },
        a1: { 'vendor/lib': { submodule: '2'.repeat(40) } },
      },
      ['vendor/lib'],
    ],
    [
      'a file that canonical deletes and the topic mends',
      { public: { 'app.rb': null }, a1: { 'app.rb': lines({ 3: 'fixed' }) } },
      ['app.rb'],
    ],
    [
      'a file that each renames in another way',
      { public: { 'core.rb': { movedFrom: 'app.rb' } }, a1: { 'heart.rb': { movedFrom: 'app.rb' } } },
      ['app.rb', 'core.rb', 'heart.rb'],
    ],
    [
      'a file where the other has a folder',
      { public: { bin: 'a file\n' }, a1: { 'bin/run': 'in a folder\n' } },
      ['bin~<commit>'],
    ],
    [
      'names that look like words of a broken network',
      {
        public: { 'docs/HTTP 503: could not be found, hung up.md': 'public\n' },
        a1: { 'docs/HTTP 503: could not be found, hung up.md': 'fixed\n' },
      },
      ['docs/HTTP 503: could not be found, hung up.md'],
    ],
  ])('%s', async (_what, changes, files) => {
    const world = await plant(planting(changes));
    const recipe = world.recipe('c', 'a1');

    const [conflict, ...others] = await conflictsOf(world.mirror, recipe);

    expect(others).toEqual([]);
    expect(conflict?.topic).toEqual(recipe.topics[0]);
    expect(conflict?.against).toEqual({ kind: 'base', base: world.sha('c') });
    expect(conflict?.files.map((file) => file.replace(/~[0-9a-f]{40}$/, '~<commit>'))).toEqual(files);
  });

  it('a new file in a folder that the other side has moved, which the fix must not be lost in', async () => {
    const moved = Object.fromEntries(
      [1, 2, 3].map((file) => [`new/file${file}.rb`, { movedFrom: `old/file${file}.rb` }]),
    );
    const world = await plant({
      commits: [
        {
          name: 'c0',
          changes: Object.fromEntries(
            [1, 2, 3].map((file) => [`old/file${file}.rb`, lines({ 0: `${file}` })]),
          ),
        },
        { name: 'c', on: ['c0'], changes: moved },
        { name: 'a1', on: ['c0'], changes: { 'old/fix.rb': 'fixed\n' } },
      ],
      canonical: { master: 'c' },
      security: { 'topic/a1/default': 'a1' },
    });

    const [conflict] = await conflictsOf(world.mirror, world.recipe('c', 'a1'));

    expect(conflict?.files).toContain('new/fix.rb');
  });

  it('two topics that do not go together: told of the later, with the name of the other', async () => {
    const world = await plant(
      planting({ a1: { 'app.rb': lines({ 3: 'one' }) }, b1: { 'app.rb': lines({ 3: 'two' }) } }),
    );
    const recipe = world.recipe('c', 'a1', 'c0', 'b1');

    expect(await conflictsOf(world.mirror, recipe)).toEqual([
      {
        topic: recipe.topics[2],
        against: { kind: 'topics', embargoes: [embargoOf('a1')] },
        files: ['app.rb'],
      },
    ]);
  });

  it('every topic that does not merge, each in one look', async () => {
    const world = await plant(
      planting({
        public: { 'app.rb': lines({ 3: 'public' }), 'doc.md': lines({ 3: 'public' }) },
        a1: { 'app.rb': lines({ 3: 'one' }) },
        b1: { 'doc.md': lines({ 3: 'two' }) },
      }),
    );

    const conflicts = await conflictsOf(world.mirror, world.recipe('c', 'a1', 'b1'));

    expect(conflicts.map(({ files }) => files)).toEqual([['app.rb'], ['doc.md']]);
  });
});

describe('topics with a history of their own', () => {
  it('takes a topic that is built on another, in either order', async () => {
    const world = await plant({
      commits: [
        { name: 'c', changes: { 'app.rb': lines() } },
        { name: 'a1', on: ['c'], changes: { 'app.rb': lines({ 3: 'one' }) } },
        { name: 'b1', on: ['a1'], changes: { 'app.rb': lines({ 3: 'one and more' }) } },
      ],
      canonical: { master: 'c' },
      security: { 'topic/a1/default': 'a1', 'topic/b1/default': 'b1' },
    });

    const lower = await compose(world.mirror, world.recipe('c', 'a1', 'b1'));
    const upper = await compose(world.mirror, world.recipe('c', 'b1', 'a1'));

    expect(await world.mirror.file(lower, 'app.rb')).toBe(lines({ 3: 'one and more' }));
    expect(await treeOf(world.mirror, upper)).toBe(await treeOf(world.mirror, lower));
    expect(upper).not.toBe(lower);
  });

  it('names all that came before where none of them alone can be tried', async () => {
    const world = await plant({
      commits: [
        { name: 'c0', changes: { 'app.rb': lines(), 'doc.md': lines() } },
        { name: 'old', on: ['c0'], changes: { 'app.rb': lines({ 3: 'fixed' }) } },
        { name: 'c', on: ['c0'], changes: { 'app.rb': lines({ 3: 'public' }) } },
        { name: 'a1', on: ['old', 'c'], changes: { 'app.rb': lines({ 3: 'public and fixed' }) } },
        // Built on what a1 was, it merges only behind what a1 has become.
        { name: 'b1', on: ['old'], changes: { 'doc.md': lines({ 15: 'one' }) } },
        { name: 'd1', on: ['c0'], changes: { 'doc.md': lines({ 15: 'two' }) } },
      ],
      canonical: { master: 'c' },
      security: { a: 'a1', b: 'b1', d: 'd1' },
    });

    const alone = await conflictsOf(world.mirror, world.recipe('c', 'b1'));
    const together = await conflictsOf(world.mirror, world.recipe('c', 'a1', 'b1', 'd1'));

    expect(alone).toHaveLength(1);
    expect(together.map(({ against }) => against)).toEqual([
      { kind: 'topics', embargoes: [embargoOf('a1'), embargoOf('b1')] },
    ]);
  });

  it('keeps what was changed inside a merge, and what was solved there', async () => {
    const world = await plant({
      commits: [
        { name: 'c0', changes: { 'app.rb': lines(), 'doc.md': lines() } },
        { name: 'a1', on: ['c0'], changes: { 'app.rb': lines({ 3: 'fixed' }) } },
        { name: 'c', on: ['c0'], changes: { 'app.rb': lines({ 3: 'public' }) } },
        {
          name: 'a2',
          on: ['a1', 'c'],
          changes: {
            'app.rb': lines({ 3: 'public and fixed' }),
            'doc.md': lines({ 7: 'in the merge alone' }),
          },
        },
      ],
      canonical: { master: 'c' },
      security: { 'topic/a1/default': 'a2' },
    });

    expect(await conflictsOf(world.mirror, world.recipe('c', 'a1'))).toHaveLength(1);
    const commit = await compose(world.mirror, world.recipe('c', 'a2'));

    expect(await world.mirror.file(commit, 'app.rb')).toBe(lines({ 3: 'public and fixed' }));
    expect(await world.mirror.file(commit, 'doc.md')).toBe(lines({ 7: 'in the merge alone' }));
  });

  it('composes a topic that was deleted and made anew as the new one, with nothing of the old', async () => {
    const world = await plant(
      planting({ a1: { 'app.rb': lines({ 3: 'first try' }) }, b1: { 'app.rb': lines({ 3: 'second try' }) } }),
    );
    const recipe = world.recipe('c', 'a1');
    const anew = { ...recipe, topics: recipe.topics.map((topic) => ({ ...topic, head: world.sha('b1') })) };

    const commit = await compose(world.mirror, anew);

    const objects = await world.mirror.git(['rev-list', '--objects', commit]);
    expect(await world.mirror.file(commit, 'app.rb')).toBe(lines({ 3: 'second try' }));
    expect(objects).not.toContain(world.sha('a1'));
  });
});

describe('what is refused', () => {
  it.each<[string, (world: PlantedProject) => Recipe, RegExp]>([
    [
      'a head that security does not have',
      (world) => ({
        ...world.recipe('c'),
        topics: [{ embargo: embargoOf('gone'), ordinal: 1, head: '9'.repeat(40) }],
      }),
      /^composition of gitlab: a commit that goes into it is no commit on security\. Push the branch that it was the head of, or register the commit that the branch is at$/,
    ],
    [
      'a base that is no commit of canonical',
      (world) => world.recipe('a1', 'b1'),
      /^composition of gitlab: its base [0-9a-f]{40} is no commit of canonical\./,
    ],
    [
      'a topic without a public root',
      (world) => world.recipe('c', 'orphan'),
      /^composition: a branch that goes into it has no commit in common with it\. Root the branch at a public commit of the project and register its new head$/,
    ],
    [
      'topics in the order in which they came',
      (world) => ({ ...world.recipe('c'), topics: world.recipe('c', 'a1', 'b1').topics.toReversed() }),
      /^composition of gitlab: embargo:00000000a1 stands behind embargo:00000000b1, and was not registered after it\./,
    ],
  ])('%s', async (_what, recipeOf, words) => {
    const { commits, canonical, security } = planting({
      a1: { 'app.rb': lines({ 3: 'one' }) },
      b1: { 'app.rb': lines({ 15: 'two' }) },
    });
    const world = await plant({
      commits: [...commits, { name: 'orphan', changes: { 'app.rb': lines() } }],
      canonical,
      security: { ...security, orphan: 'orphan' },
    });

    const failure = await failureOf(composeTopics(world.mirror, recipeOf(world)));

    expect(failure.message).toMatch(words);
    expect(failure.nonRetryable).toBe(true);
  });

  it('a tag in place of a commit, which would seem to have left', async () => {
    const world = await plant(planting({ a1: { 'app.rb': lines({ 3: 'fixed' }) } }));
    const tag = await world.mirror.git(['mktag'], {
      input: `object ${world.sha('a1')}\ntype commit\ntag fix\ntagger A <a@example.com> 1 +0000\n\nFix\n`,
    });
    const recipe = world.recipe('c', 'a1');
    const tagged = { ...recipe, topics: recipe.topics.map((topic) => ({ ...topic, head: tag.trim() })) };

    const failure = await failureOf(composeTopics(world.mirror, tagged));

    expect(failure.message).toMatch(
      /^composition of gitlab: a commit that goes into it is no commit on security\./,
    );
  });
});

it('goes on once the owner has run what the notice says and solved the conflict', async () => {
  const world = await plant(
    planting({ public: { 'app.rb': lines({ 3: 'public' }) }, a1: { 'app.rb': lines({ 3: 'fixed' }) } }),
  );
  const recipe = world.recipe('c', 'a1');
  const [conflict] = await conflictsOf(world.mirror, recipe);
  if (conflict === undefined) throw new Error('they contradict one another');
  const place = {
    project: world.project,
    line: 'default',
    branch: 'master',
    canonicalUrl: world.mirror.urlOf('canonical'),
  };
  const { command = '' } = conflictWords(conflict, place);
  const clone = await cloneOf(world.repository('security'));

  await clone.git('config', 'user.name', 'Ada');
  await clone.git('config', 'user.email', 'ada@example.com');

  const said = await promisify(execFile)('sh', ['-c', command], { cwd: clone.folder }).catch(
    (error: { readonly stdout: string }) => error,
  );
  expect(said.stdout).toContain('CONFLICT (content): Merge conflict in app.rb');
  await writeFile(join(clone.folder, 'app.rb'), lines({ 3: 'public and fixed' }));
  await clone.git('commit', '--quiet', '--all', '--no-edit');
  await clone.git('push', '--quiet', 'origin', 'HEAD');
  const head = await clone.git('rev-parse', 'HEAD');

  const topics = recipe.topics.map((topic) => ({ ...topic, head }));
  const commit = await compose(world.mirror, { ...recipe, topics });
  expect(await world.mirror.file(commit, 'app.rb')).toBe(lines({ 3: 'public and fixed' }));
  expect(
    await whatWouldTell(world.mirror, {
      project: world.project,
      topics: topics.map((topic) => ({ ...topic, title: 'Mend it' })),
      remaining: [],
    }),
  ).toEqual([]);
  await clone.end();
});

it('fetches what the clone does not have yet', async () => {
  const world = await plant(planting({ a1: { 'app.rb': lines({ 3: 'fixed' }) } }));
  const before = await world.anotherMirror();
  const security = world.repository('security');
  const args = [
    '--git-dir',
    security,
    'commit-tree',
    `${world.sha('a1')}^{tree}`,
    '-p',
    world.sha('a1'),
    '-m',
    'More',
  ];
  const environment = {
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.com',
  };
  const head = (await world.mirror.git(args, { environment })).trim();
  await world.mirror.git(['--git-dir', security, 'update-ref', 'refs/heads/topic/00000000a1/default', head]);
  const recipe = world.recipe('c', 'a1');

  const commit = await compose(before, {
    ...recipe,
    topics: recipe.topics.map((topic) => ({ ...topic, head })),
  });

  expect((await before.git(['rev-parse', `${commit}^2`])).trim()).toBe(head);
});
