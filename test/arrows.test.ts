import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(__dirname, '..');

const FORBIDDEN = [
  ['domain', '../records/releases'],
  ['domain', 'node:fs'],
  ['workflows', '../records/releases'],
  ['workflows', 'node:fs'],
  ['activities', '../workflows/release.messages'],
  ['gateway', '../workflows/patch-release'],
  ['starters', '../workflows/monthly-release'],
  ['records', '../activities/effects'],
  ['cli', '../sandbox/main'],
  ['cli', '../records/releases'],
  ['workflows', '../activities/errors'],
] as const;

const ALLOWED = [
  ['activities', '../domain/release/release'],
  ['gateway', '../workflows/release.messages'],
  ['workers', '../activities/effects'],
] as const;

/** The rules go by path, so the violations are planted in a tree of the same shape with a copy of the rules. */
async function plant(): Promise<string> {
  const tree = await mkdtemp(join(tmpdir(), 'signalbox-arrows-'));
  await cp(join(root, '.oxlintrc.json'), join(tree, '.oxlintrc.json'));
  for (const [folder, target] of [...FORBIDDEN, ...ALLOWED]) {
    await mkdir(join(tree, folder), { recursive: true });
    await writeFile(
      join(tree, folder, fileFor(target)),
      `import { x } from '${target}';\nexport const y = x;\n`,
    );
  }
  await writeFile(
    join(tree, 'workflows', 'type-only.ts'),
    "import type { Tag } from '../activities/effects';\nexport type T = Tag;\n",
  );
  return tree;
}

function fileFor(target: string): string {
  return `${target.replaceAll(/[^a-z]+/g, '-')}.ts`;
}

async function lint(tree: string): Promise<readonly string[]> {
  const oxlint = join(root, 'node_modules', '.bin', 'oxlint');
  const said = await run(oxlint, ['--format=unix'], { cwd: tree }).catch(
    (error: { stdout: string }) => error,
  );
  return said.stdout.split('\n').filter((line) => line.includes('no-restricted-imports'));
}

describe('the arrows between folders', () => {
  let tree: string;
  let refused: readonly string[];

  beforeAll(async () => {
    tree = await plant();
    refused = await lint(tree);
  });
  afterAll(() => rm(tree, { recursive: true }));

  it.each(FORBIDDEN)('%s may not import %s', (folder, target) => {
    expect(refused.some((line) => line.includes(`${folder}/${fileFor(target)}`))).toBe(true);
  });

  it.each(ALLOWED)('%s may import %s', (folder, target) => {
    expect(refused.filter((line) => line.includes(`${folder}/${fileFor(target)}`))).toEqual([]);
  });

  it('lets workflows see activities as types', () => {
    expect(refused.filter((line) => line.includes('type-only'))).toEqual([]);
  });
});
