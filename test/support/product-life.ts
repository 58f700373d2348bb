import type { CompressedHouse } from './compressed-house';

const PROJECTS = ['gitaly', 'gitlab', 'omnibus-gitlab', 'cng', 'charts'] as const;
const DEPLOYED_TO = ['gprd', 'db/gprd'] as const;
/** Whose changes are bugs that maintained lines have as well. */
const MENDED = 'gitlab';
const LABELS: Readonly<Record<string, string>> = { [MENDED]: 'type::bug,backport' };

interface Request {
  readonly iid: number;
  readonly target_branch: string;
  readonly detailed_merge_status: string;
}

/** What the engineers of the product do meanwhile: changes are merged and deployed, and so are backports that passed. */
export class ProductLife {
  private changes = 0;

  constructor(private readonly house: Pick<CompressedHouse, 'askGitLab'>) {}

  /** A change in every project, merged and in production. */
  async develop(): Promise<void> {
    this.changes += 1;
    for (const project of PROJECTS)
      await this.change(project, { name: `change-${this.changes}`, labels: LABELS[project] ?? '' });
  }

  /** A change that maintained lines get within a time that was promised. @returns the file that it brings */
  async speedUp(): Promise<string> {
    await this.change(MENDED, { name: 'faster', labels: 'bug::performance,backport' });
    return 'lib/faster.sh';
  }

  /** Merges the backports whose pipelines have passed. @returns how many */
  async mergeBackports(): Promise<number> {
    const { askGitLab } = this.house;
    const api = `${apiOf(MENDED)}/merge_requests`;
    const listed = await askGitLab<readonly Request[]>('GET', `${api}?state=opened&per_page=100`);
    const backports = listed.filter(({ target_branch: target }) => target.includes('-stable'));
    let merged = 0;
    for (const { iid } of backports) {
      const { detailed_merge_status: status } = await askGitLab<Request>('GET', `${api}/${iid}`);
      if (status !== 'mergeable') continue;
      await askGitLab('POST', `${api}/${iid}/approve`);
      await askGitLab('PUT', `${api}/${iid}/merge`);
      merged += 1;
    }
    return merged;
  }

  private async change(
    project: string,
    { name, labels }: { readonly name: string; readonly labels: string },
  ): Promise<void> {
    const { askGitLab } = this.house;
    const api = apiOf(project);
    await askGitLab('POST', `${api}/repository/branches`, { branch: name, ref: 'master' });
    await askGitLab('POST', `${api}/repository/commits`, {
      branch: name,
      commit_message: `Mend ${name}\n\nChangelog: fixed`,
      actions: [{ action: 'create', file_path: `lib/${name}.sh`, content: 'true\n' }],
    });
    const { iid } = await askGitLab<Request>('POST', `${api}/merge_requests`, {
      source_branch: name,
      target_branch: 'master',
      title: `Mend ${name}`,
      labels,
    });
    const merged = await askGitLab<{ readonly merge_commit_sha: string }>(
      'PUT',
      `${api}/merge_requests/${iid}/merge`,
    );
    for (const environment of DEPLOYED_TO)
      await askGitLab('POST', `${api}/deployments`, {
        environment,
        sha: merged.merge_commit_sha,
        ref: 'master',
        tag: false,
        status: 'success',
      });
  }
}

function apiOf(project: string): string {
  return `projects/${encodeURIComponent(`gitlab-org/${project}`)}`;
}
