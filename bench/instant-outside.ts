import { createHash } from 'node:crypto';
import type { FreshClone } from '../activities/git/fresh-clone';
import type { Mirror, Side } from '../activities/git/mirror';
import type { PublicPush } from '../activities/git/public-push';
import type { GitLab } from '../activities/gitlab/gitlab';
import type { Outside } from '../activities/outside';
import { fill, firstOf, stableBranchOf } from '../domain/version/naming';
import type { Project } from '../domain/project';
import type { Records } from '../records/records';

/** Minors that are out in the world of a benchmark. */
export interface InstantWorld {
  readonly minors: readonly string[];
  readonly records: Records;
}

/** An outside where every call answers at once and remembers what was pushed; the records are real. */
export function instantOutside({ minors, records }: InstantWorld): Outside {
  const mirrors = new Map<string, Mirror>();
  const tagged: Tagged = new Map();
  return {
    records,
    gitlab: instantGitLab(tagged),
    mirrorOf: (project) => {
      const mirror = mirrors.get(project.name) ?? instantMirror(project, { minors, tagged });
      mirrors.set(project.name, mirror);
      return mirror;
    },
  };
}

/** Commits, by security repository and name of the tag. */
type Tagged = Map<string, string>;

/** Without the gate, which is measured by itself. */
export async function instantPublication(
  { mirrorOf }: Pick<Outside, 'mirrorOf'>,
  { project, refs }: PublicPush,
): Promise<void> {
  const mirror = mirrorOf(project);
  const specs = refs.map(({ ref, object }) => `${object}:${ref}`);
  await mirror.remote(['push', mirror.urlOf('canonical'), ...specs]);
}

function sha(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** What an `own` project is on when the product is on 18.x: the same minor, nine majors behind. */
function ownVersion(project: Project, version: string): string {
  const [major = '', ...rest] = version.split('.');
  return project.versioning === 'own' ? [Number(major) - 9, ...rest].join('.') : version;
}

const NO_CLONE: FreshClone = {
  directory: '',
  store: { directory: '', has: async () => new Set() },
  doubts: ['there is no clone'],
  topics: [],
  publicTopics: [],
};

function instantMirror(
  project: Project,
  { minors, tagged }: { readonly minors: readonly string[]; readonly tagged: Tagged },
): Mirror {
  const published = minors.map((minor) => ownVersion(project, firstOf(minor)));
  const heads = published.map((version) => stableBranchOf(project, version));
  const tags = published.flatMap((version) => project.tags.map(({ final }) => fill(final, version)));
  const sides: readonly Side[] = ['canonical', 'security', 'build'];
  const pushed = new Map<string, string>(
    sides.flatMap((side) => heads.map((head) => [`${side} refs/heads/${head}`, sha(head)] as const)),
  );
  const minorOf = new Map(heads.map((head, index) => [head, minors[index] ?? '']));
  const minorAt = (revision: string): string =>
    minorOf.get(revision.split('/').at(-1) ?? '') ?? minors[0] ?? '';
  // Named in full, so that a new question of the real mirror is missed here at compile time.
  const mirror: Pick<Mirror, keyof Mirror> = {
    directory: '',
    publicDirectory: '',
    urlOf: (side: Side) => side,
    fetch: async () => undefined,
    fetchBoth: async (readSecurity) => readSecurity(),
    fetchRefs: async () => undefined,
    fetchCommit: async () => undefined,
    resolve: async (revision: string) => sha(revision.split('/').slice(4).join('/') || revision),
    file: async (revision: string, path: string) => fileOf(project, path, minorAt(revision)),
    fileBytes: async (revision: string, path: string) =>
      Buffer.from(fileOf(project, path, minorAt(revision))),
    names: async (_side: Side, kind: string) => (kind === 'heads' ? heads : tags),
    isAncestor: async () => true,
    bytes: async () => Buffer.alloc(1024),
    git: async (args: readonly string[], more) => {
      const input = String(more?.input ?? '');
      const [, commit, tag] = /^object (\w+)\n(?:.*\n)?tag (.*)$/m.exec(input) ?? [];
      if (commit !== undefined) tagged.set(`${project.repositories.security} ${tag}`, commit);
      return plumbing(args, input);
    },
    // Without the gate, and so without what it knows of secrets: nothing is registered from a clone that cannot be trusted.
    freshClone: async () => NO_CLONE,
    remote: async ([command, ...args]: readonly string[]) => remote(pushed, { command: command ?? '', args }),
  };
  return mirror as Mirror;
}

/** Enough of every file for each version and pin to be found in it. */
function fileOf(project: Project, path: string, minor: string): string {
  if (path === project.changelog) return '';
  const version = firstOf(minor);
  if (path === 'Chart.yaml') return `version: ${ownVersion(project, version)}\nappVersion: v${version}\n`;
  if (path.endsWith('.yml')) return `  GITLAB_VERSION: "v${version}-ee"\n  GITALY_VERSION: "v${version}"\n`;
  return `${version}\n`;
}

function plumbing(args: readonly string[], input: string): string {
  const [command] = args;
  // No merge commits, and every commit is public.
  if (command === 'log' || command === 'rev-list') return '';
  return `${sha(`${args.join(' ')} ${input}`)}\n`;
}

function remote(
  pushed: Map<string, string>,
  { command, args }: { readonly command: string; readonly args: readonly string[] },
): string {
  if (command === 'ls-remote') {
    const [side, ...refs] = args;
    return refs
      .flatMap((ref) => (pushed.has(`${side} ${ref}`) ? [`${pushed.get(`${side} ${ref}`)}\t${ref}\n`] : []))
      .join('');
  }
  const specs = args.filter((arg) => !arg.startsWith('-'));
  for (const spec of specs.slice(1)) pushed.set(`${specs[0]} ${spec.slice(41)}`, spec.slice(0, 40));
  return '';
}

function shelf({
  project,
  name,
  version,
}: {
  readonly project: string;
  readonly name: string;
  readonly version: string;
}): string {
  return `${project} ${name} ${version}`;
}

/** Releases ask nothing of them. */
const NO_MERGE_REQUESTS = {} as GitLab['mergeRequests'];

function instantGitLab(tagged: Tagged): GitLab {
  const files = new Map<string, { name: string; sha256: string; content: Buffer }[]>();
  return {
    url: 'instant:',
    mergeRequests: NO_MERGE_REQUESTS,
    deployments: async ({ project }) => [{ id: 1, commit: sha(project), at: '' }],
    runsPipelines: async () => true,
    passedCommits: async ({ project }) => [sha(project)],
    findPipeline: async () => ({ id: 1, status: 'success', url: 'instant:' }),
    attempts: async () => 1,
    startPipeline: async () => undefined,
    retryPipeline: async () => undefined,
    findIssue: async () => undefined,
    openIssue: async () => 1,
    openTasks: async () => [],
    closeIssue: async () => undefined,
    hasNote: async () => false,
    addNote: async () => undefined,
    createReleasePage: async () => true,
    releaseText: async () => undefined,
    setReleaseText: async () => undefined,
    storedFiles: async (where) => files.get(shelf(where)) ?? [],
    upload: async ({ content, file, ...where }) => {
      const sha256 = createHash('sha256').update(content).digest('hex');
      files.set(shelf(where), [...(files.get(shelf(where)) ?? []), { name: file, sha256, content }]);
    },
    download: async ({ file, ...where }) =>
      files.get(shelf(where))?.find(({ name }) => name === file)?.content ?? Buffer.alloc(0),
    deletePackage: async () => undefined,
    findTag: async ({ project, tag }) => {
      const commit = tagged.get(`${project} ${tag}`);
      return commit === undefined ? undefined : { message: '', commit };
    },
    deleteTag: async () => undefined,
    pushMirrors: async () => [],
    stopPushMirror: async () => undefined,
    deleteBranch: async () => undefined,
  };
}
