import type { Project } from '../entities';
import type { Instance } from '../instance';
import { lines } from '../git-repository';

const FORMAT = ['%H', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%s', '%B'].join('%x1f');

const END = '\x1e';

/** Commits as GitLab presents them, in the order `git log` gives. */
export async function presentCommits(
  instance: Instance,
  { project, args }: { readonly project: Project; readonly args: readonly string[] },
): Promise<readonly Commit[]> {
  const text = await instance.repository(project).git(['log', `--format=${FORMAT}${END}`, ...args, '--']);
  return text
    .split(END)
    .map((row) => row.trimStart())
    .filter(Boolean)
    .map((row) => presentRow(instance, project, row));
}

/** Each of the commits once, by SHA, asked for together. */
export async function commitsBySha(
  instance: Instance,
  { project, shas }: { readonly project: Project; readonly shas: readonly string[] },
): Promise<(sha: string) => Commit> {
  const unique = [...new Set(shas)];
  const commits =
    unique.length === 0 ? [] : await presentCommits(instance, { project, args: ['--no-walk', ...unique] });
  const found = new Map(commits.map((commit) => [commit.id, commit]));
  return (sha) => {
    const commit = found.get(sha);
    if (commit === undefined) throw new Error(`git log answers no commit for ${sha}`);
    return commit;
  };
}

export interface Commit {
  readonly id: string;
  readonly short_id: string;
  readonly title: string;
  readonly message: string;
  readonly parent_ids: readonly string[];
  readonly created_at: string;
  readonly author_name: string;
  readonly author_email: string;
  readonly authored_date: string;
  readonly committer_name: string;
  readonly committer_email: string;
  readonly committed_date: string;
  readonly trailers: Readonly<Record<string, string>>;
  readonly web_url: string;
}

export async function presentCommit(instance: Instance, project: Project, sha: string): Promise<Commit> {
  return (await commitsBySha(instance, { project, shas: [sha] }))(sha);
}

function presentRow(instance: Instance, project: Project, row: string): Commit {
  const [
    id = '',
    parents = '',
    an = '',
    ae = '',
    ad = '',
    cn = '',
    ce = '',
    cd = '',
    title = '',
    message = '',
  ] = row.split('\x1f');
  return {
    id,
    short_id: id.slice(0, 8),
    title,
    message,
    parent_ids: parents.split(' ').filter(Boolean),
    created_at: cd,
    author_name: an,
    author_email: ae,
    authored_date: ad,
    committer_name: cn,
    committer_email: ce,
    committed_date: cd,
    trailers: trailersOf(message),
    web_url: `${instance.url}/${project.path_with_namespace}/-/commit/${id}`,
  };
}

function trailersOf(message: string): Record<string, string> {
  const last = message.trim().split('\n\n').at(-1) ?? '';
  const pairs = lines(last).map((line) => /^([A-Za-z-]+): (.+)$/.exec(line));
  if (pairs.some((pair) => pair === null)) return {};
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}
