import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Project } from '../../../domain/project';
import { runProcess } from '../../../processes/run-process';
import { quietGitEnvironment } from '../../../sandbox/gitlab/git-repository';
import { aProject } from '../../support/projects';

/** Two projects, so that a fix may span them and a publication may stop between them; no packages, no pipelines. */
export const PRODUCT: readonly Project[] = ['gitaly', 'gitlab'].map((name) => {
  const { packageName: _, ...project } = aProject({
    name,
    repositories: {
      canonical: `group/${name}`,
      security: `group/security/${name}`,
      build: `group/security/${name}`,
    },
    dependsOn: name === 'gitlab' ? ['gitaly'] : [],
  });
  return project;
});

/** Minors that are out at the beginning; the next monthly is 18.7. */
export const FIRST_MINORS = ['18.5', '18.6'] as const;
const BEGAN = 1_790_000_000;

/** Made once a run, and copied for each history. */
export class ProductTemplate {
  private constructor(private readonly folder: string) {}

  static async make(): Promise<ProductTemplate> {
    const folder = await mkdtemp(join(tmpdir(), 'signalbox-product-'));
    for (const { repositories } of PRODUCT) {
      const path = join(folder, `${repositories.canonical}.git`);
      await mkdir(path, { recursive: true });
      await gitAt(path, ['init', '--bare', '--quiet', '--template=', '--initial-branch=master']);
      await gitAt(path, ['config', 'gc.auto', '0']);
      await gitAt(path, ['fast-import', '--quiet'], history());
      const security = join(folder, `${repositories.security}.git`);
      await mkdir(dirname(security), { recursive: true });
      await cp(path, security, { recursive: true });
    }
    return new ProductTemplate(folder);
  }

  copyTo(folder: string): Promise<void> {
    return cp(this.folder, folder, { recursive: true });
  }

  end(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** Each minor is cut from the default branch, tagged `X.Y.0`, and has a public fix since. */
function history(): string {
  const commits: string[] = [];
  const commit = (
    branch: string,
    file: string,
    more: { readonly from?: string; readonly content?: string },
  ) => {
    const { from, content = `${file}\n` } = more;
    const at = `Somebody <somebody@example.com> ${BEGAN + commits.length} +0000`;
    commits.push(
      `commit refs/heads/${branch}\ncommitter ${at}\ndata <<.\nChange ${file}\n.\n` +
        `${from === undefined ? '' : `from ${from}\n`}M 100644 inline ${file}\ndata <<.\n${content}.\n\n`,
    );
  };
  commit('master', 'VERSION', { content: '18.4.0\n' });
  for (const minor of FIRST_MINORS) {
    const branch = `${minor.replace('.', '-')}-stable`;
    commit('master', `work-for-${minor}`, {});
    commit(branch, 'VERSION', { from: 'refs/heads/master', content: `${minor}.0\n` });
    commits.push(`reset refs/tags/v${minor}.0\nfrom refs/heads/${branch}\n\n`);
    commit(branch, `public-fix-of-${minor}`, {});
  }
  commit('master', 'work-for-18.7', {});
  return commits.join('');
}

/** Git as anybody has it, in a bare repository. */
export async function gitAt(path: string, args: readonly string[], input = ''): Promise<string> {
  const { code, out, err } = await runProcess({
    program: 'git',
    args,
    cwd: path,
    input,
    env: { ...quietGitEnvironment(), GIT_DIR: path, ...SOMEBODY },
  });
  if (code !== 0) throw new Error(`git ${args.join(' ')} in ${path}: ${err.toString()}`);
  return out.toString().trim();
}

const SOMEBODY = {
  GIT_AUTHOR_NAME: 'Somebody',
  GIT_AUTHOR_EMAIL: 'somebody@example.com',
  GIT_COMMITTER_NAME: 'Somebody',
  GIT_COMMITTER_EMAIL: 'somebody@example.com',
};
