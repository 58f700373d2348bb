import { z } from 'zod';
import type { GitLabAccess } from '../config/gitlab-access';
import { ExplainedError } from '../domain/explained-error';

/** GitLab does not answer, or answers that it cannot now. */
export class GitLabUnavailable extends ExplainedError {
  override readonly name = 'GitLabUnavailable';
}

/** GitLab does not let us in, or knows no such project: a person has to mend the token or the configuration. */
export class GitLabRefused extends ExplainedError {
  override readonly name = 'GitLabRefused';
}

/** The few questions that a plan, and whoever looks after the repositories, ask GitLab. */
export interface GitLabReader {
  /** Names of a project's tags that begin so. */
  tags(project: string, prefix: string): Promise<readonly string[]>;
  branches(project: string): Promise<readonly string[]>;
  hasBranch(project: string, branch: string): Promise<boolean>;
  /** Everything that a list of the project holds: `members/all`, `protected_tags`; or its pages up to the one with the last row wanted. */
  rows(project: string, list: string, isLastWanted?: (row: unknown) => boolean): Promise<readonly unknown[]>;
  /** Undefined where there is no such commit. ISO 8601 */
  committedAt(input: { readonly project: string; readonly commit: string }): Promise<string | undefined>;
  /** Whether a commit has another one in its history. */
  contains(input: {
    readonly project: string;
    readonly commit: string;
    readonly ancestor: string;
  }): Promise<boolean>;
  /** Undefined where there is no such file. */
  file(input: {
    readonly project: string;
    readonly path: string;
    readonly ref: string;
  }): Promise<string | undefined>;
}

const committed = z.object({ committed_date: z.string() });
const TIMEOUT_MS = 10_000;
const PER_PAGE = 100;
/** Bounds the loop, should the pages have no end. */
const MOST_PAGES = 100;

/** @param until from when on everything is answered as where GitLab is silent, also what is being asked */
export function readGitLab(account: GitLabAccess, until?: AbortSignal): GitLabReader {
  const access: Access = { ...account, until };
  const rows: GitLabReader['rows'] = async (project, path, isLastWanted = () => false) => {
    const found: unknown[] = [];
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const separator = path.includes('?') ? '&' : '?';
      const asked = `/${path}${separator}per_page=${PER_PAGE}&page=${page}`;
      const body = told(await ask(access, project, asked));
      const onPage: readonly unknown[] = Array.isArray(body) ? body : [];
      found.push(...onPage);
      if (onPage.length < PER_PAGE || onPage.some(isLastWanted)) break;
    }
    return found;
  };
  const names = async (project: string, path: string): Promise<readonly string[]> =>
    namesIn(await rows(project, `repository/${path}`));
  return {
    rows,
    tags: (project, prefix) =>
      names(project, prefix === '' ? 'tags' : `tags?search=${encodeURIComponent(`^${prefix}`)}`),
    branches: (project) => names(project, 'branches'),
    hasBranch: async (project, branch) => {
      const answer = await ask(access, project, `/repository/branches/${encodeURIComponent(branch)}`);
      if (answer.status === 404) return false;
      told(answer);
      return true;
    },
    committedAt: async ({ project, commit }) => {
      const answer = await ask(access, project, `/repository/commits/${commit}`);
      if (answer.status === 404) return undefined;
      return committed.safeParse(told(answer)).data?.committed_date;
    },
    contains: async ({ project, commit, ancestor }) => {
      const refs = new URLSearchParams([
        ['refs[]', commit],
        ['refs[]', ancestor],
      ]);
      const answer = await ask(access, project, `/repository/merge_base?${refs.toString()}`);
      // One of them is not there, or they share nothing.
      if (answer.status === 404 || answer.status === 400) return false;
      const base = told(answer);
      return typeof base === 'object' && base !== null && 'id' in base && base.id === ancestor;
    },
    file: async ({ project, path, ref }) => {
      const place = `/repository/files/${encodeURIComponent(path)}/raw?ref=${encodeURIComponent(ref)}`;
      const answer = await ask(access, project, place);
      return answer.status === 404 ? undefined : accepted(answer);
    },
  };
}

function namesIn(rows: readonly unknown[]): readonly string[] {
  return rows.flatMap((row) =>
    typeof row === 'object' && row !== null && 'name' in row && typeof row.name === 'string'
      ? [row.name]
      : [],
  );
}

interface Access extends GitLabAccess {
  readonly until: AbortSignal | undefined;
}

interface Answer {
  readonly status: number;
  readonly path: string;
  readonly text: string;
}

async function ask({ url, token, until }: Access, project: string, path: string): Promise<Answer> {
  const address = `${url}/api/v4/projects/${encodeURIComponent(project)}${path}`;
  const patience = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(address, {
      headers: { 'private-token': token },
      signal: until === undefined ? patience : AbortSignal.any([patience, until]),
    });
    // Whoever falls silent half way through has not answered either.
    return { status: response.status, path: new URL(response.url).pathname, text: await response.text() };
  } catch (cause) {
    throw new GitLabUnavailable(
      {
        where: `GitLab at ${url}`,
        what: 'it does not answer',
        remedy: 'Ask again later; nothing was started',
      },
      { cause },
    );
  }
}

/** The text of the answer. @throws GitLabUnavailable, GitLabRefused */
function accepted({ status, path, text }: Answer): string {
  if (status >= 200 && status < 300) return text;
  const where = `GitLab, GET ${path}`;
  const what = `it answered ${status}`;
  if (status === 429 || status >= 500)
    throw new GitLabUnavailable({ where, what, remedy: 'Ask again later; nothing was started' });
  throw new GitLabRefused({
    where,
    what,
    remedy: 'Give the token of a maintainer with scope `api`, and see `repositories` in signalbox.yaml',
  });
}

/** What the answer tells; whoever answers for GitLab with a page for people has told nothing. @throws GitLabUnavailable, GitLabRefused */
function told(answer: Answer): unknown {
  const text = accepted(answer);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GitLabUnavailable(
      {
        where: `GitLab, GET ${answer.path}`,
        what: 'its answer is no JSON',
        remedy: 'See what answers there in its place, such as a proxy that asks people to sign in',
      },
      { cause },
    );
  }
}
