import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert, asyncProperty, constantFrom, integer, nat, option, record } from 'fast-check';
import { freshObjects, type FreshObject } from '../../../activities/git/fresh-objects';
import { writtenObjects } from '../../../activities/git/written-objects';

/** A file, its removal, or a submodule; `a` is now a file and now a folder. */
const change = record({
  path: constantFrom('a', 'a/b', 'd/x', 'd/e/y', 'd/e/f/z'),
  content: constantFrom('one', 'two', 'three', null, 'submodule'),
});
const story = array(
  record({
    /** How far back each of its parents is. */
    parents: array(integer({ min: 1, max: 4 }), { minLength: 0, maxLength: 3 }),
    changes: array(change, { maxLength: 4 }),
    /** On which branch of canonical it then stands. */
    branch: option(constantFrom('master', '18-6-stable', 'other'), { freq: 2 }),
  }),
  { minLength: 1, maxLength: 12 },
);
type Story = readonly {
  readonly parents: readonly number[];
  readonly changes: readonly { readonly path: string; readonly content: string | null }[];
  readonly branch: string | null;
}[];

const SOMEBODY = 'committer Somebody <somebody@example.com> 1790000000 +0000';
const SOMEBODY_ELSE = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com'];
const ELSEWHERE = '1234567890123456789012345678901234567890';

function streamOf(commits: Story): string {
  const rows = commits.flatMap(({ parents, changes, branch }, at) => {
    const marks = [...new Set(parents.map((back) => at + 1 - back))].filter((mark) => mark > 0);
    const [first, ...others] = marks;
    const message = `Change ${at}`;
    return [
      'reset refs/heads/work',
      `commit refs/heads/work`,
      `mark :${at + 1}`,
      SOMEBODY,
      `data ${message.length}\n${message}`,
      ...(first === undefined ? [] : [`from :${first}`]),
      ...others.map((mark) => `merge :${mark}`),
      ...changes.map(({ path, content }) => {
        if (content === null) return `D ${path}`;
        if (content === 'submodule') return `M 160000 ${ELSEWHERE} ${path}`;
        return `M 100644 inline ${path}\ndata ${content.length}\n${content}`;
      }),
      ...(branch === null ? [] : [`reset refs/sides/canonical/heads/${branch}`, `from :${at + 1}`]),
      `reset refs/all/${at}\nfrom :${at + 1}`,
      '',
    ];
  });
  return `${rows.join('\n')}\n`;
}

/** What a repository's configuration may say, and must not be heard here. */
const SETTINGS: Readonly<Record<string, string>> = {
  'log.showRoot': 'false',
  'diff.renames': 'copies',
  'i18n.logOutputEncoding': 'UTF-16',
  'log.showSignature': 'true',
  'gpg.program': './says-something',
};

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'signalbox-written-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function git(args: readonly string[], input = ''): string {
  return execFileSync('git', [...args], {
    cwd: directory,
    input,
    stdio: ['pipe', 'pipe', 'ignore'],
  }).toString();
}

function plant(commits: Story): void {
  rmSync(join(directory, 'r.git'), { recursive: true, force: true });
  git(['init', '--quiet', '--bare', 'r.git']);
  for (const [name, value] of Object.entries(SETTINGS)) git(['--git-dir', 'r.git', 'config', name, value]);
  git(['--git-dir', 'r.git', 'fast-import', '--quiet', '--force'], streamOf(commits));
}

function commitsOf(objects: readonly FreshObject[]): readonly string[] {
  return objects.flatMap(({ id, isCommit }) => (isCommit ? [id] : [])).toSorted();
}

it('leaves out nothing that is new, holds no commit more, and nothing of another repository', async () => {
  let newOnes = 0;
  await assert(
    asyncProperty(story, nat(), async (commits, at) => {
      plant(commits);
      const repository = join(directory, 'r.git');
      // All of canonical's branches are left out, so that what none of its refs has is asked of both.
      const beyond = ['master', '18-6-stable', 'other', 'not-there'];
      const names = [`refs/all/${at % commits.length}`, `refs/all/${commits.length - 1}`];
      const from = git(['--git-dir', repository, 'rev-parse', ...names])
        .trim()
        .split('\n');
      const written: FreshObject[] = [];
      const fresh: FreshObject[] = [];

      await writtenObjects({ directory: repository, from, beyond }, (object) => written.push(object));
      await freshObjects({ directory: repository, from }, (object) => fresh.push(object));

      const ids = new Set(written.map(({ id }) => id));
      expect(fresh.filter(({ id }) => !ids.has(id))).toEqual([]);
      expect(commitsOf(written)).toEqual(commitsOf(fresh));
      expect(ids.size).toBe(written.length);
      expect(ids).not.toContain(ELSEWHERE);
      newOnes += fresh.length;
    }),
    { numRuns: 60 },
  );
  expect(newOnes).toBeGreaterThan(60);
});

function file(path: string, content: string): { readonly path: string; readonly content: string } {
  return { path, content };
}

it('names the file that a merge has of neither side, and the folders that hold it', async () => {
  plant([
    { parents: [], changes: [file('d/x', 'one')], branch: 'master' },
    { parents: [1], changes: [file('d/e/y', 'two')], branch: null },
    { parents: [2], changes: [file('a', 'two')], branch: null },
    { parents: [1, 2], changes: [file('d/e/f/z', 'of nobody else')], branch: null },
  ]);
  const from = [git(['--git-dir', 'r.git', 'rev-parse', 'refs/all/3']).trim()];
  const paths: (string | undefined)[] = [];

  await writtenObjects({ directory: join(directory, 'r.git'), from, beyond: ['master'] }, (object) => {
    if (!object.isCommit) paths.push(object.path());
  });

  expect(paths.filter((path) => path?.startsWith('d/e/f'))).toEqual(['d/e/f', 'd/e/f/z']);
  // The file `two` stands in two places and is handed over once.
  expect(paths.filter((path) => path === 'a' || path === 'd/e/y')).toHaveLength(1);
});

it('hands over a commit, though a folder before it has said that it is a file', async () => {
  plant([{ parents: [], changes: [], branch: null }]);
  const repository = join(directory, 'r.git');
  const at = (args: readonly string[], input?: string): string =>
    git(['--git-dir', repository, ...args], input).trim();
  const older = at(['rev-parse', 'refs/all/0']);
  at(['update-index', '--add', '--cacheinfo', `100644,${older},file`]);
  const newer = at([...SOMEBODY_ELSE, 'commit-tree', at(['write-tree']), '-p', older], 'Newer');
  const commits: string[] = [];

  await writtenObjects({ directory: repository, from: [newer], beyond: ['master'] }, ({ id, isCommit }) => {
    if (isCommit) commits.push(id);
  });

  expect(commits).toEqual([newer, older]);
});

it('reads on past a signature', async () => {
  plant([{ parents: [], changes: [], branch: null }]);
  const repository = join(directory, 'r.git');
  const program = '#!/bin/sh\necho "gpg: Signature made today" >&2\nexit 1\n';
  writeFileSync(join(repository, 'says-something'), program, { mode: 0o755 });
  const at = (args: readonly string[], input?: string): string =>
    git(['--git-dir', repository, ...args], input);
  const plain = at(['cat-file', 'commit', 'refs/all/0']);
  const signed = plain.replace(
    '\n\n',
    '\ngpgsig -----BEGIN PGP SIGNATURE-----\n -----END PGP SIGNATURE-----\n\n',
  );
  const commit = at(['hash-object', '-t', 'commit', '-w', '--stdin'], signed).trim();
  const commits: string[] = [];

  await writtenObjects({ directory: repository, from: [commit], beyond: ['master'] }, ({ id, isCommit }) => {
    if (isCommit) commits.push(id);
  });

  expect(commits).toEqual([commit]);
});

it('ends with the walk where the visitor throws', async () => {
  plant([{ parents: [], changes: [], branch: null }]);
  const from = [git(['--git-dir', 'r.git', 'rev-parse', 'refs/all/0']).trim()];

  const walk = writtenObjects({ directory: join(directory, 'r.git'), from, beyond: ['master'] }, () => {
    throw new RangeError('enough');
  });

  await expect(walk).rejects.toThrow(RangeError);
});
