import { execFile } from 'node:child_process';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const ENVIRONMENT = {
  PATH: process.env['PATH'],
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Mika',
  GIT_AUTHOR_EMAIL: 'mika@example.com',
  GIT_COMMITTER_NAME: 'Mika',
  GIT_COMMITTER_EMAIL: 'mika@example.com',
};

export type Git = (...args: readonly string[]) => Promise<string>;

/** Plain git and nothing of ours: what it says is what anybody would see. Never looks above the folder. */
export function gitIn(folder: string): Git {
  const env = { ...ENVIRONMENT, GIT_CEILING_DIRECTORIES: dirname(folder) };
  return async (...args) =>
    (await run('git', [...args], { cwd: folder, env, maxBuffer: 1 << 26 })).stdout.trim();
}

export interface OldProject {
  readonly folder: string;
  readonly git: Git;
}

interface Workshop extends OldProject {
  /** A topic branch merged as GitLab merges it. */
  readonly merge: (target: string, title: string) => Promise<void>;
  readonly tag: (version: string) => Promise<void>;
}

/** A repository as people keep one for years: merges, tags, three maintained lines, and work since the last tag on each. */
export async function anOldProject(at: {
  readonly folder: string;
  /** `group/project`, which its merge commits name. */
  readonly path: string;
}): Promise<OldProject> {
  const workshop = openWorkshop(at);
  await begin(workshop);
  await workshop.tag('1.0.0');
  await workshop.merge('main', 'Whistle');
  await workshop.tag('1.1.0');
  await cutLine(workshop, { minor: '1.2', patches: 1 });
  await cutLine(workshop, { minor: '1.3', patches: 0 });
  await cutLine(workshop, { minor: '1.4', patches: 0 });
  await workshop.merge('main', 'Boil twice as fast');
  return workshop;
}

async function begin({ folder, git }: OldProject): Promise<void> {
  await mkdir(join(folder, 'src'), { recursive: true });
  await git('init', '--quiet', '--initial-branch=main');
  await writeFile(
    join(folder, 'package.json'),
    '{\n  "name": "kettle",\n  "version": "1.0.0",\n  "private": true\n}\n',
  );
  await writeFile(join(folder, 'CHANGELOG.md'), '## 1.0.0 (2025-01-01)\n\nThe first kettle.\n');
  await writeFile(join(folder, 'src/kettle.js'), 'exports.boils = true;\n');
  await writeFile(join(folder, 'pour.sh'), 'exit 0\n', { mode: 0o755 });
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'Begin');
}

function openWorkshop({ folder, path }: { readonly folder: string; readonly path: string }): Workshop {
  const git = gitIn(folder);
  let mergeRequest = 0;
  return {
    folder,
    git,
    merge: async (target, title) => {
      const topic = `topic-${++mergeRequest}`;
      await git('switch', '--quiet', '--create', topic, target);
      await appendFile(join(folder, 'src/kettle.js'), `// ${topic}\n`);
      await git('commit', '--quiet', '--all', '--message', title);
      await git('switch', '--quiet', target);
      const message = `Merge branch '${topic}' into '${target}'\n\n${title}\n\nSee merge request ${path}!${mergeRequest}`;
      await git('merge', '--quiet', '--no-ff', '--message', message, topic);
      await git('branch', '--quiet', '--delete', topic);
    },
    tag: async (version) => {
      const file = join(folder, 'package.json');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace(/"version": ".*"/, `"version": "${version}"`));
      await git('commit', '--quiet', '--all', '--allow-empty', '--message', `Version ${version}`);
      await git('tag', '--annotate', '--message', version, `v${version}`);
    },
  };
}

/** Cuts a line from main, tags its patches, and leaves a fix on it that is not tagged. */
async function cutLine(
  { git, merge, tag }: Workshop,
  { minor, patches }: { readonly minor: string; readonly patches: number },
): Promise<void> {
  await merge('main', `Heat for ${minor}`);
  await git('switch', '--quiet', '--create', `release/${minor}`, 'main');
  await tag(`${minor}.0`);
  for (let patch = 1; patch <= patches; patch++) {
    await merge(`release/${minor}`, `Mend ${minor}.${patch}`);
    await tag(`${minor}.${patch}`);
  }
  await merge(`release/${minor}`, `Mend the lid of ${minor}`);
  await git('switch', '--quiet', 'main');
}
