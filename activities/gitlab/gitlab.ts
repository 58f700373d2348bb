import { Gitlab as Gitbeaker } from '@gitbeaker/rest';
import type { DeployedCommit } from '../../domain/version/monthly-base';
import { Budget } from './budget';
import { mergeRequestsOf, type MergeRequests } from './merge-requests';
import { ask, createRequester, GitLabRefusal, orUndefined } from './requester';

/** Why GitLab makes no pipeline where none is wanted; every other 400 is a broken file or a ref that is gone. */
const NO_JOBS =
  /rules configuration|would have been empty|No stages \/ jobs|filtered out by workflow rules|Missing CI config file/i;
/** Packages are large. */
const FILE_TIMEOUT_MS = 10 * 60_000;
/** No release takes longer than this. */
const LONGEST_RELEASE_MS = 90 * 24 * 60 * 60_000;

export interface GitLabAccess {
  readonly url: string;
  readonly token: string;
}

export interface Pipeline {
  readonly id: number;
  readonly status: string;
  readonly url: string;
}

export interface StoredFile {
  readonly name: string;
  readonly sha256: string;
}

export interface TagFound {
  /** Empty for a lightweight tag. */
  readonly message: string;
  /** The commit, peeled. */
  readonly commit: string;
}

export interface PackageFileAt {
  /** Full path of the project. */
  readonly project: string;
  readonly name: string;
  readonly version: string;
  readonly file: string;
}

/** What releases ask of GitLab's API. Each method is one question or one effect; looking up before making is the caller's. */
export interface GitLab {
  readonly url: string;
  readonly mergeRequests: MergeRequests;
  /** Commits that were deployed with success, as far back as a page of GitLab goes. */
  deployments(input: {
    readonly project: string;
    readonly environment: string;
    /** ISO 8601; all from then on, and a few from before it, which say what was there then. */
    readonly since?: string;
  }): Promise<readonly DeployedCommit[]>;
  runsPipelines(project: string): Promise<boolean>;
  /** Commits of a branch whose pipelines passed, newest pipeline first, as far back as a page of GitLab goes. */
  passedCommits(input: { readonly project: string; readonly ref: string }): Promise<readonly string[]>;
  findPipeline(input: {
    readonly project: string;
    readonly ref: string;
    readonly sha: string;
  }): Promise<Pipeline | undefined>;
  /** How often its most often run job ran. */
  attempts(input: { readonly project: string; readonly pipeline: number }): Promise<number>;
  /** Undefined where no job would run. */
  startPipeline(input: { readonly project: string; readonly ref: string }): Promise<Pipeline | undefined>;
  retryPipeline(input: { readonly project: string; readonly pipeline: number }): Promise<void>;
  /** One of our own, by its description. GitLab's full text search reads no comments, so it cannot be asked. */
  findIssue(input: { readonly project: string; readonly marker: string }): Promise<number | undefined>;
  openIssue(input: {
    readonly project: string;
    readonly title: string;
    readonly text: string;
    /** For members alone. */
    readonly isConfidential?: boolean;
  }): Promise<number>;
  /** Open ones of our own whose description has the marker, oldest first. */
  openTasks(input: {
    readonly project: string;
    readonly marker: string;
  }): Promise<readonly { readonly issue: number; readonly text: string }[]>;
  closeIssue(input: { readonly project: string; readonly issue: number }): Promise<void>;
  hasNote(input: NoteAt & { readonly marker: string }): Promise<boolean>;
  addNote(input: NoteAt & { readonly text: string }): Promise<void>;
  /** False when the tag has one already. */
  createReleasePage(input: ReleasePage): Promise<boolean>;
  /** What a release page says; undefined where the tag has none. */
  releaseText(input: { readonly project: string; readonly tag: string }): Promise<string | undefined>;
  setReleaseText(input: {
    readonly project: string;
    readonly tag: string;
    readonly text: string;
  }): Promise<void>;
  storedFiles(input: Omit<PackageFileAt, 'file'>): Promise<readonly StoredFile[]>;
  upload(input: PackageFileAt & { readonly content: Buffer }): Promise<void>;
  download(input: PackageFileAt): Promise<Buffer>;
  deletePackage(input: Omit<PackageFileAt, 'file'>): Promise<void>;
  findTag(input: { readonly project: string; readonly tag: string }): Promise<TagFound | undefined>;
  deleteTag(input: { readonly project: string; readonly tag: string }): Promise<void>;
  /** Mirrors of a project that push and are switched on. */
  pushMirrors(project: string): Promise<readonly { readonly id: number; readonly url: string }[]>;
  stopPushMirror(input: { readonly project: string; readonly mirror: number }): Promise<void>;
  deleteBranch(input: { readonly project: string; readonly branch: string }): Promise<void>;
}

export interface NoteAt {
  readonly project: string;
  readonly on: 'issue' | 'merge_request';
  readonly iid: number;
}

export interface ReleasePage {
  readonly project: string;
  readonly tag: string;
  readonly name: string;
  readonly description: string;
  readonly links: readonly { readonly name: string; readonly url: string }[];
}

/** Two thousand: more than anybody deploys in a quarter of a year. */
const MANY = { perPage: 100, maxPages: 20 } as const;
const A_FEW = { perPage: 10, maxPages: 1 } as const;

export function connectGitLab({ url, token }: GitLabAccess): GitLab {
  const budget = new Budget();
  const api = new Gitbeaker({ host: url, token, requesterFn: createRequester(budget) });
  const files = packageFiles({ url, token, budget });
  return {
    url,
    mergeRequests: mergeRequestsOf(api),
    deployments: async ({ project, environment, since }) => {
      const asked = { environment, status: 'success', sort: 'desc' } as const;
      // GitLab lets a time be asked for in the order of that time alone.
      const timed = { ...asked, orderBy: 'updated_at' } as const;
      const found =
        since === undefined
          ? await api.Deployments.all(project, { ...asked, orderBy: 'id', perPage: 100, maxPages: 1 })
          : [
              ...(await api.Deployments.all(project, { ...timed, ...MANY, updatedAfter: since })),
              ...(await api.Deployments.all(project, { ...timed, ...A_FEW, updatedBefore: since })),
            ];
      const byId = new Map(found.map((one) => [one.id, one]));
      return [...byId.values()].map(({ id, sha, updated_at: at }) => ({ id, commit: sha, at }));
    },
    runsPipelines: async (project) => {
      const { builds_access_level: access } = await api.Projects.show(project);
      return access !== 'disabled';
    },
    passedCommits: async ({ project, ref }) => {
      const page = { perPage: 100, maxPages: 1 } as const;
      const found = await api.Pipelines.all(project, { ref, status: 'success', ...page });
      return found.map(({ sha }) => sha);
    },
    findPipeline: async ({ project, ref, sha }) => {
      const found = await api.Pipelines.all(project, { ref, sha, perPage: 1, maxPages: 1 });
      return found[0] === undefined ? undefined : pipelineOf(found[0]);
    },
    attempts: async ({ project, pipeline }) => {
      const jobs = await api.Jobs.all(project, { pipelineId: pipeline, includeRetried: true });
      const names = jobs.map(({ name }) => name);
      return Math.max(1, ...names.map((name) => names.filter((other) => other === name).length));
    },
    startPipeline: async ({ project, ref }) => {
      try {
        return pipelineOf(await api.Pipelines.create(project, ref));
      } catch (error) {
        if (error instanceof GitLabRefusal && error.status === 400 && NO_JOBS.test(error.answer))
          return undefined;
        throw error;
      }
    },
    retryPipeline: async ({ project, pipeline }) => {
      await api.Pipelines.retry(project, pipeline);
    },
    findIssue: async ({ project, marker }) => {
      const createdAfter = new Date(Date.now() - LONGEST_RELEASE_MS).toISOString();
      const mine = await api.Issues.all({ projectId: project, scope: 'created_by_me', createdAfter });
      const found = mine.filter(({ description }) => (description as string | null)?.includes(marker));
      return found.map(({ iid }) => iid).toSorted((a, b) => a - b)[0];
    },
    openIssue: async ({ project, title, text, isConfidential = false }) =>
      (await api.Issues.create(project, title, { description: text, confidential: isConfidential })).iid,
    openTasks: async ({ project, marker }) => {
      const mine = await api.Issues.all({ projectId: project, scope: 'created_by_me', state: 'opened' });
      const tasks = mine.map(({ iid, description }) => ({ issue: iid, text: description ?? '' }));
      return tasks.filter(({ text }) => text.includes(marker)).toSorted((a, b) => a.issue - b.issue);
    },
    closeIssue: async ({ project, issue }) => {
      await api.Issues.edit(project, issue, { stateEvent: 'close' });
    },
    hasNote: async ({ project, on, iid, marker }) => {
      const notes =
        on === 'issue'
          ? await api.IssueNotes.all(project, iid)
          : await api.MergeRequestNotes.all(project, iid);
      return notes.some(({ body }) => body.includes(marker));
    },
    addNote: async ({ project, on, iid, text }) => {
      if (on === 'issue') await api.IssueNotes.create(project, iid, text);
      else await api.MergeRequestNotes.create(project, iid, text);
    },
    createReleasePage: async ({ project, tag, name, description, links }) => {
      if ((await orUndefined(api.ProjectReleases.show(project, tag))) !== undefined) return false;
      try {
        await api.ProjectReleases.create(project, {
          tag_name: tag,
          name,
          description,
          assets: { links: [...links] },
        });
        return true;
      } catch (error) {
        // An overlapping attempt was quicker.
        if (error instanceof GitLabRefusal && error.status === 409) return false;
        throw error;
      }
    },
    releaseText: async ({ project, tag }) => {
      const page = await orUndefined(api.ProjectReleases.show(project, tag));
      return page === undefined ? undefined : (page.description ?? '');
    },
    setReleaseText: async ({ project, tag, text }) => {
      await api.ProjectReleases.edit(project, tag, { description: text });
    },
    storedFiles: async ({ project, name, version }) => {
      const packages = await api.Packages.all({ projectId: project, packageName: name });
      const found = packages.find((one) => one.name === name && one.version === version);
      if (found === undefined) return [];
      const stored = await api.Packages.allFiles(project, found.id);
      return stored.map((file) => ({ name: file.file_name, sha256: String(file['file_sha256']) }));
    },
    ...files,
    deletePackage: async ({ project, name, version }) => {
      const packages = await api.Packages.all({ projectId: project, packageName: name });
      const found = packages.find((one) => one.name === name && one.version === version);
      if (found !== undefined) await orUndefined(api.Packages.remove(project, found.id));
    },
    findTag: async ({ project, tag }) => {
      const found = await orUndefined(api.Tags.show(project, tag));
      return found && { message: found.message ?? '', commit: found.commit.id };
    },
    deleteTag: async ({ project, tag }) => {
      await orUndefined(api.Tags.remove(project, tag));
    },
    pushMirrors: async (project) => {
      const mirrors = await api.ProjectRemoteMirrors.all(project);
      return mirrors.flatMap((mirror) => (mirror.enabled ? [{ id: mirror.id, url: mirror.url }] : []));
    },
    stopPushMirror: async ({ project, mirror }) => {
      // Gitbeaker sends this one by POST, which GitLab does not know.
      const path = `projects/${encodeURIComponent(project)}/remote_mirrors/${mirror}`;
      await ask(new URL(`${url}/api/v4/${path}`), {
        method: 'PUT',
        headers: { 'private-token': token, 'content-type': 'application/json' },
        body: JSON.stringify({ enabled: false }),
        budget,
      });
    },
    deleteBranch: async ({ project, branch }) => {
      await orUndefined(api.Branches.remove(project, branch));
    },
  };
}

function pipelineOf(row: {
  readonly id: number;
  readonly status: string;
  readonly web_url: string;
}): Pipeline {
  return { id: row.id, status: row.status, url: row.web_url };
}

/** Files are sent and fetched raw, as GitLab's generic registry has it; gitbeaker would wrap them in a form. */
function packageFiles(
  access: GitLabAccess & { readonly budget: Budget },
): Pick<GitLab, 'upload' | 'download'> {
  const { url, token, budget } = access;
  const address = ({ project, name, version, file }: PackageFileAt): URL => {
    const parts = ['packages', 'generic', name, version, file].map(encodeURIComponent);
    return new URL(`${url}/api/v4/projects/${encodeURIComponent(project)}/${parts.join('/')}`);
  };
  const headers = { 'private-token': token };
  return {
    upload: async ({ content, ...at }) => {
      const type = { 'content-type': 'application/octet-stream' };
      await ask(address(at), {
        method: 'PUT',
        headers: { ...headers, ...type },
        body: new Uint8Array(content),
        budget,
        timeoutMs: FILE_TIMEOUT_MS,
      });
    },
    download: async (at) => {
      return (await ask(address(at), { method: 'GET', headers, budget, timeoutMs: FILE_TIMEOUT_MS })).body;
    },
  };
}
