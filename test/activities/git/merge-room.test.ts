import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeTopics } from '../../../activities/git/compose-topics';
import { inMergeRoom, mergeOf } from '../../../activities/git/merge-room';
import type { Mirror } from '../../../activities/git/mirror';
import { plantProject, type PlantedProject } from '../../support/planted-project';

function text(of: string, changed: Readonly<Record<number, string>> = {}): string {
  return Array.from({ length: 20 }, (_, index) => `${changed[index] ?? `line ${index} of ${of}`}\n`).join('');
}

/** What a topic and canonical do with files is such that configuration decides how they merge. */
let world: PlantedProject;
const environment = { ...process.env };

beforeEach(async () => {
  world = await plantProject({
    commits: [
      {
        name: 'c0',
        changes: {
          'app.rb': text('app'),
          'main.rb': text('main'),
          'notes.md': 'one\n',
          '.gitattributes': '*.md merge=union\n*.rb merge=ours-always\n',
        },
      },
      {
        name: 'c',
        on: ['c0'],
        changes: {
          'app.rb': null,
          'main.rb': null,
          'core.rb': text('app', { 12: 'public' }),
          'heart.rb': text('main', { 12: 'public' }),
        },
      },
      { name: 'a1', on: ['c0'], changes: { 'app.rb': text('app', { 3: 'fixed' }) } },
      { name: 'c2', on: ['c0'], changes: { 'notes.md': 'one\npublic\n' } },
      { name: 'b1', on: ['c0'], changes: { 'notes.md': 'one\nfixed\n' } },
      { name: 'other', changes: { 'app.rb': 'other\n' } },
    ],
    canonical: { master: 'c', next: 'c2' },
    security: { 'topic/a1/default': 'a1', 'topic/b1/default': 'b1', other: 'other' },
  });
});
afterEach(async () => {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  await world.end();
});

/** Ways in which a machine may be set up, each of which changes what plain git makes of a merge or a commit. */
const SET_UPS: readonly [string, (mirror: Mirror) => Promise<void>][] = [
  [
    'renames hardly looked for in the clone',
    async (mirror) => void (await mirror.git(['config', 'merge.renameLimit', '1'])),
  ],
  [
    'renames hardly looked for in the whole process',
    async () => {
      Object.assign(process.env, {
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'merge.renameLimit',
        GIT_CONFIG_VALUE_0: '1',
      });
    },
  ],
  [
    'commits written in another encoding',
    async (mirror) => void (await mirror.git(['config', 'i18n.commitEncoding', 'ISO-8859-1'])),
  ],
  [
    'another history told by a replacement',
    async (mirror) => {
      await mirror.git(['replace', world.sha('c'), world.sha('other')]);
    },
  ],
  [
    'another history told by a graft',
    async (mirror) => {
      await mkdir(join(await folderOf(mirror), 'info'), { recursive: true });
      await writeFile(join(await folderOf(mirror), 'info', 'grafts'), `${world.sha('a1')}\n`);
    },
  ],
];

async function folderOf(mirror: Mirror): Promise<string> {
  return (await mirror.git(['rev-parse', '--absolute-git-dir'])).trim();
}

/** What git itself makes of the same merge where it is, with the commit that engine would give it. */
async function plainly(mirror: Mirror): Promise<string> {
  try {
    const tree = await mirror.git(['merge-tree', '--write-tree', world.sha('c'), world.sha('a1')]);
    const date = '@1 +0000';
    const environmentOfCommit = {
      GIT_AUTHOR_NAME: 'A',
      GIT_AUTHOR_EMAIL: 'a@example.com',
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: 'A',
      GIT_COMMITTER_EMAIL: 'a@example.com',
      GIT_COMMITTER_DATE: date,
    };
    const args = ['commit-tree', tree.trim(), '-p', world.sha('c'), '-p', world.sha('a1'), '-m', 'Merge'];
    return await mirror.git(args, { environment: environmentOfCommit });
  } catch (error) {
    return String(error);
  }
}

it.each(SET_UPS)('sees nothing of %s, which plain git does', async (_what, setUp) => {
  const neutral = await world.anotherMirror();
  const recipe = world.recipe('c', 'a1');
  const expected = await composeTopics(neutral, recipe);
  const plain = await plainly(neutral);

  await setUp(world.mirror);

  expect(await composeTopics(world.mirror, recipe)).toEqual(expected);
  expect(expected.outcome).toBe('composed');
  expect(await plainly(world.mirror)).not.toBe(plain);
});

it.each<[string, (folder: string) => Promise<void>]>([
  [
    'in the clone',
    async () => {
      const folder = join(await folderOf(world.mirror), 'info');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'attributes'), '*.md merge=union\n');
    },
  ],
  [
    'of the user',
    async (folder) => {
      await mkdir(join(folder, 'git'));
      await writeFile(join(folder, 'git', 'attributes'), '*.md merge=union\n');
      process.env['XDG_CONFIG_HOME'] = folder;
    },
  ],
])('takes no side by attributes %s', async (_whose, setUp) => {
  const folder = await mkdtemp(join(tmpdir(), 'attributes-'));
  const merge = { onto: world.sha('c2'), head: world.sha('b1') };
  const plain = (): Promise<string> =>
    world.mirror.git(['merge-tree', '--write-tree', merge.onto, merge.head]).catch(() => 'a conflict');
  expect(await plain()).toBe('a conflict');

  await setUp(folder);

  expect(await plain()).not.toBe('a conflict');
  const merged = await inMergeRoom(world.mirror, {
    objects: 'forgotten',
    work: (room) => mergeOf(room, merge),
  });
  expect(merged).toEqual({ clean: false, files: ['notes.md'] });
  await rm(folder, { recursive: true });
});

it('runs no merge driver, also where the tree names one and the clone has it', async () => {
  const marker = join(world.folder, 'ran');
  await world.mirror.git(['config', 'merge.ours-always.driver', `touch ${marker}`]);
  await world.mirror.git(['config', 'merge.text.driver', `touch ${marker}`]);
  await world.mirror.git(['config', 'merge.default', 'ours-always']);

  const result = await composeTopics(world.mirror, world.recipe('c2', 'b1'));

  expect(result).toMatchObject({ conflicts: [{ files: ['notes.md'] }] });
  expect(await readdir(world.folder)).not.toContain('ran');
  await world.mirror.git(['merge-tree', '--write-tree', world.sha('c2'), world.sha('b1')]).catch(() => '');
  expect(await readdir(world.folder)).toContain('ran');
});

it('leaves nothing of a trial behind, and what is kept in the mirror', async () => {
  const rooms = await mkdtemp(join(world.folder, 'rooms-'));
  process.env['TMPDIR'] = rooms;
  const merge = { onto: world.sha('c'), head: world.sha('a1') };
  const has = async (object: string): Promise<boolean> =>
    (await world.mirror.git(['cat-file', '--batch-check'], { input: object })).includes(' tree ');
  const mergedIn = (objects: 'kept' | 'forgotten') =>
    inMergeRoom(world.mirror, { objects, work: (room) => mergeOf(room, merge) });

  const tried = await mergedIn('forgotten');
  const tree = tried.clean ? tried.tree : '';

  expect(await has(tree)).toBe(false);
  expect(await mergedIn('kept')).toEqual(tried);
  expect(await has(tree)).toBe(true);
  expect(await readdir(rooms)).toEqual([]);
});

it('says of a commit that is missing that it is missing, not that there is a conflict', async () => {
  const merge = { onto: world.sha('c'), head: '9'.repeat(40) };

  await expect(
    inMergeRoom(world.mirror, { objects: 'forgotten', work: (room) => mergeOf(room, merge) }),
  ).rejects.toThrow(/not something we can merge|9{40}/);
});
