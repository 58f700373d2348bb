import { execFile } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(__dirname, '..');

/** Planted in a folder of the checkout for the length of one test, since the rules go by path. */
async function lintPlanted(folder: string, source: string): Promise<string> {
  const planted = join(await mkdtemp(join(root, folder, 'planted-')), 'arrow.ts');
  await mkdir(dirname(planted), { recursive: true });
  await writeFile(planted, source);
  try {
    const { stdout } = await run('npx', ['--no-install', 'oxlint', planted], { cwd: root });
    return stdout;
  } catch (error) {
    return String((error as { stdout: string }).stdout);
  } finally {
    await rm(dirname(planted), { recursive: true });
  }
}

describe('the arrows between folders', () => {
  it.each([
    ['domain', '../../records/releases'],
    ['domain', 'node:fs'],
    ['workflows', '../../records/releases'],
    ['workflows', 'node:fs'],
    ['activities', '../../workflows/release.messages'],
    ['gateway', '../../workflows/patch-release'],
    ['starters', '../../workflows/monthly-release'],
    ['records', '../../activities/effects'],
    ['cli', '../../sandbox/main'],
    ['cli', '../../records/releases'],
  ])('%s may not import %s', async (folder, target) => {
    const said = await lintPlanted(folder, `import { x } from '${target}';\nexport const y = x;\n`);

    expect(said).toContain('no-restricted-imports');
  });

  it.each([
    ['activities', '../../domain/release'],
    ['gateway', '../../workflows/release.messages'],
    ['workers', '../../activities/effects'],
  ])('%s may import %s', async (folder, target) => {
    const said = await lintPlanted(folder, `import { x } from '${target}';\nexport const y = x;\n`);

    expect(said).not.toContain('no-restricted-imports');
  });

  it('lets workflows see activities as types only', async () => {
    const types = await lintPlanted(
      'workflows',
      "import type { Tag } from '../../activities/effects';\nexport type T = Tag;\n",
    );
    const values = await lintPlanted(
      'workflows',
      "import { permanent } from '../../activities/errors';\nexport const p = permanent;\n",
    );

    expect(types).not.toContain('no-restricted-imports');
    expect(values).toContain('no-restricted-imports');
  });
});
