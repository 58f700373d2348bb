import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { BackportSettings } from '../domain/backport/backport-status';
import type { Project } from '../domain/project';
import { PROCESS_REVISION } from '../domain/release/process-revision';
import { addUser, createProject, openInstance, type Instance } from '../sandbox/gitlab/instance';
import { serveGitLab } from '../sandbox/gitlab/server';

const TOKEN = 'maintainer-token';
const MAINTAINER = 40;
const CI = `check:\n  script: ['true']\n  rules:\n    - if: $CI_COMMIT_BRANCH =~ /^backport/\n`;
export const MINORS = ['18.6', '18.5', '18.4'] as const;

/** A sandbox GitLab with labelled changes on its default branch, which none of three stable branches has. */
export interface BackportSandbox {
  readonly url: string;
  readonly token: string;
  readonly settings: BackportSettings;
  readonly home: string;
  /** Merge requests of the changes. */
  readonly iids: readonly number[];
  /** Requests since it was asked last. */
  requests(): number;
  /**
   * Until GitLab has made and run the checks of all that was pushed. It does so beside, on the same cores: a side that did not
   * wait for them would pay for fewer, the sooner it is done.
   */
  checked(): Promise<void>;
  end(): Promise<void>;
}

const PROJECT: Project = {
  name: 'widget',
  repositories: {
    canonical: 'group/widget',
    security: 'group/security/widget',
    build: 'group/build/widget',
  },
  defaultBranch: 'main',
  versioning: 'managed-semver',
  dependsOn: [],
  stableBranch: '{major}-{minor}-stable',
  tags: [{ final: 'v{version}', versionText: '{full}' }],
  pins: [],
};

export async function startBackportSandbox(changes: number): Promise<BackportSandbox> {
  const home = await mkdtemp(join(tmpdir(), 'signalbox-bench-backports-'));
  const instance = openInstance(join(home, 'gitlab'));
  addUser(instance, { username: 'release-tools', name: 'Bot', access_level: MAINTAINER, token: TOKEN });
  let requests = 0;
  const server = await serveGitLab(instance, {
    port: 0,
    extend: ({ app }) => {
      app.addHook('onRequest', async () => void (requests += 1));
    },
  });
  const { canonical, security } = PROJECT.repositories;
  const settled = { visibility: 'private', defaultBranch: 'main' } as const;
  const row = await createProject(instance, { ...settled, path: canonical, buildsEnabled: true });
  const twin = await createProject(instance, { ...settled, path: security, buildsEnabled: false });
  const repository = instance.repository(row);
  await repository.gitWithInput(['fast-import', '--quiet', '--done'], stream(changes));
  for (const minor of MINORS) {
    await repository.git(['branch', `${minor.replace('.', '-')}-stable`, 'main']);
    await repository.git(['tag', `v${minor}.0`, 'main']);
  }
  await repository.git([
    'push',
    '--quiet',
    instance.repository(twin).path,
    'refs/heads/main:refs/heads/main',
  ]);
  const iids = await mergeAll(server.url, changes);
  return {
    url: server.url,
    token: TOKEN,
    home,
    iids,
    settings: {
      project: PROJECT,
      labels: { all: 'backport', kinds: {}, teamPrefix: 'group::' },
      policies: [{ from: '1970-01-01', previousMinors: 2 }],
      pipelineRetries: 1,
      lookEveryMs: 60 * 60_000,
      decliners: ['release-manager'],
      processRevision: PROCESS_REVISION,
      gatewayKeys: [],
    },
    requests: () => {
      const made = requests;
      requests = 0;
      return made;
    },
    checked: () => checksOver(instance, changes * MINORS.length),
    end: async () => {
      await server.close();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function checksOver({ tables }: Instance, checks: number): Promise<void> {
  for (;;) {
    const jobs = tables.jobs.everywhere();
    const failed = jobs.find(({ status }) => status === 'failed' || status === 'canceled');
    if (failed !== undefined) throw new Error(`job ${failed.id} is ${failed.status}`);
    if (jobs.filter(({ status }) => status === 'success').length === checks) return;
    await setTimeout(100);
  }
}

/** A first commit, and a branch with a file of its own for each change. */
function stream(changes: number): string {
  const branches = Array.from({ length: changes }, (_, index) =>
    commitOn(`fix-${index}`, {
      from: 'from refs/heads/main\n',
      path: `lib/fix-${index}.txt`,
      content: `mended ${index}\n`,
    }),
  );
  return [commitOn('main', { from: '', path: '.gitlab-ci.yml', content: CI }), ...branches, 'done\n'].join(
    '\n',
  );
}

/** As `git fast-import` reads it. */
function commitOn(
  branch: string,
  { from, path, content }: { readonly from: string; readonly path: string; readonly content: string },
): string {
  return [
    `commit refs/heads/${branch}`,
    `committer Somebody <somebody@example.com> ${Math.floor(Date.now() / 1000)} +0000`,
    `data 6\nChange\n${from}M 100644 inline ${path}`,
    `data ${content.length}\n${content}\n`,
  ].join('\n');
}

async function mergeAll(url: string, changes: number): Promise<readonly number[]> {
  const api = `${url}/api/v4/projects/${encodeURIComponent(PROJECT.repositories.canonical)}/merge_requests`;
  const headers = { 'private-token': TOKEN, 'content-type': 'application/json' };
  const iids: number[] = [];
  for (let index = 0; index < changes; index++) {
    const wanted = {
      source_branch: `fix-${index}`,
      target_branch: 'main',
      title: 'Mend',
      labels: 'backport',
    };
    const opened = await fetch(api, { method: 'POST', headers, body: JSON.stringify(wanted) });
    const { iid } = (await opened.json()) as { readonly iid: number };
    const merged = await fetch(`${api}/${iid}/merge`, { method: 'PUT', headers, body: '{}' });
    if (!merged.ok) throw new Error(`!${iid} was not merged: ${merged.status}`);
    iids.push(iid);
  }
  return iids;
}
