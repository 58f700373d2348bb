import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackportEffects, BackportStep, BackportSubject } from '../../activities/backport-effects';
import { createBackportEffects } from '../../activities/create-backport-effects';
import { openMirrors } from '../../activities/git/mirror';
import { connectGitLab } from '../../activities/gitlab/gitlab';
import type { Outside } from '../../activities/outside';
import type { MergedFix } from '../../domain/backport/backport';
import type { BackportStanding } from '../../domain/backport/backport-status';
import { commitFiles, plantProject, startGitLab, type TestGitLab } from '../support/gitlab';
import { aProject } from '../support/projects';
import { freshRecords, type TestRecords } from '../support/records';
import { LABELS } from '../support/backports';

const PATH = 'group/widget';
const PROJECT = aProject({
  name: 'widget',
  defaultBranch: 'main',
  repositories: { canonical: PATH, security: 'group/security/widget', build: 'group/build/widget' },
});
const CI = 'check:\n  script: [sh ci/check.sh]\n';
const LINES = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'];

type Files = Readonly<Record<string, string>>;

/** A project with three minors out and work after that, on a sandbox GitLab; records and workers; no Temporal. */
export interface BackportWorld {
  readonly gitlab: TestGitLab;
  readonly records: TestRecords['records'];
  readonly outside: Outside;
  readonly effects: BackportEffects;
  /** A worker on another machine. */
  anotherWorker(): Promise<BackportEffects>;
  subject(iid: number): BackportSubject & { readonly iid: number };
  /** Merges a change of the default branch with the labels. @returns its number */
  merge(change: {
    readonly files: Files;
    readonly labels?: readonly string[];
    readonly title?: string;
  }): Promise<number>;
  commit(branch: string, files: Files): Promise<string>;
  /** A commit on a branch that no ref holds. */
  tampered(branch: string, files: Files, message: string): Promise<string>;
  /** A step of the change on one minor, after a survey. */
  stepOf(iid: number, minor: string): Promise<BackportStep>;
  /** Takes every minor as far as it goes. */
  propose(iid: number, by?: BackportEffects): Promise<readonly BackportStanding[]>;
  git(...args: readonly string[]): Promise<string>;
  end(): Promise<void>;
}

/** The file with one line changed. */
export function withLine(number: number, text: string): Files {
  return { 'lib/widget.txt': `${LINES.map((line, at) => (at === number - 1 ? text : line)).join('\n')}\n` };
}

function subject(iid: number): BackportSubject & { readonly iid: number } {
  return {
    backport: `backport:widget:${iid}`,
    iid,
    settings: {
      project: PROJECT,
      labels: LABELS,
      policies: [{ from: '1970-01-01', previousMinors: 2 }],
      pipelineRetries: 1,
      lookEveryMs: 60_000,
      decliners: ['release-manager'],
      gatewayKeys: [],
    },
  };
}

/** @param lines minors that are out, in the numbers of the project, oldest first */
export async function startBackportWorld(lines = ['18.4', '18.5', '18.6']): Promise<BackportWorld> {
  const [gitlab, database, home] = await Promise.all([
    startGitLab(),
    freshRecords(),
    mkdtemp(join(tmpdir(), 'signalbox-backports-')),
  ]);
  const row = await plantProject(gitlab.instance, {
    path: PATH,
    buildsEnabled: true,
    files: { ...withLine(0, ''), 'ci/check.sh': 'exit 0\n', '.gitlab-ci.yml': CI },
  });
  await plantProject(gitlab.instance, { path: PROJECT.repositories.security });
  const repository = gitlab.instance.repository(row);
  const git = (...args: readonly string[]): Promise<string> => repository.git(args);
  for (const minor of lines) {
    await git('branch', `${minor.replace('.', '-')}-stable`, 'main');
    await git('tag', `v${minor}.0`, 'main');
    await commitFiles(gitlab.instance, row, { [`doc/after-${minor}.md`]: 'News.\n' });
  }
  const worker = async (): Promise<Outside> => ({
    records: database.records,
    gitlab: connectGitLab({ url: gitlab.url, token: gitlab.token }),
    mirrorOf: openMirrors({
      folder: await mkdtemp(join(home, 'mirrors-')),
      url: gitlab.url,
      token: gitlab.token,
    }),
  });
  const outside = await worker();
  const effects = createBackportEffects(outside);
  const fixOf = async (iid: number): Promise<MergedFix> => {
    const { fix, sentence } = await effects.surveyBackports(subject(iid));
    if (fix === undefined) throw new Error(sentence);
    return fix;
  };
  const stepOf = async (iid: number, minor: string): Promise<BackportStep> => {
    const { backport, settings } = subject(iid);
    const branch = `${minor.replace('.', '-')}-stable`;
    return { backport, settings, fix: await fixOf(iid), minor, branch };
  };
  const project = `/projects/${encodeURIComponent(PATH)}`;
  let changes = 0;
  return {
    gitlab,
    records: database.records,
    outside,
    effects,
    anotherWorker: async () => createBackportEffects(await worker()),
    subject,
    stepOf,
    git,
    merge: async ({ files, labels = ['backport', 'group::source code'], title = 'Fix the widget' }) => {
      const branch = `fix-${++changes}`;
      await commitFiles(gitlab.instance, row, files, { branch, message: title });
      const wanted = { source_branch: branch, target_branch: 'main', title, labels: labels.join(',') };
      const { body } = await gitlab.request<{ iid: number }>('POST', `${project}/merge_requests`, wanted);
      const merged = await gitlab.request('PUT', `${project}/merge_requests/${body.iid}/merge`, {});
      if (merged.status !== 200) throw new Error(JSON.stringify(merged.body));
      return body.iid;
    },
    tampered: async (branch, files, message) => {
      await git('branch', 'tampered', branch);
      const commit = await commitFiles(gitlab.instance, row, files, { branch: 'tampered', message });
      await git('update-ref', '-d', 'refs/heads/tampered');
      return commit;
    },
    commit: (branch, files) => commitFiles(gitlab.instance, row, files, { branch }),
    propose: async (iid, by = effects) => {
      const { backports } = await by.surveyBackports(subject(iid));
      const fix = await fixOf(iid);
      const { backport, settings } = subject(iid);
      const owing = backports.map(({ minor, branch }) => ({ minor, branch }));
      return (await by.proposeBackports({ backport, settings, fix, lines: owing })).standings;
    },
    end: async () => {
      await gitlab.end();
      await database.end();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
