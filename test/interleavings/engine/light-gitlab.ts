import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { join } from 'node:path';
import { GitRepository, GitRefusal } from '../../../sandbox/gitlab/git-repository';
import { NOT_FOUND, OK, type Answer, type Asked } from './light-answers';
import { LightShelf } from './light-shelf';

/**
 * GitLab's REST API as far as a release without pipelines and packages of its own asks for it, over HTTP, on bare repositories
 * that git itself reads and writes. It answers at once, so that the time of a history is the engine's.
 */
export interface LightGitLab {
  readonly url: string;
  end(): Promise<void>;
}

interface Issue {
  readonly iid: number;
  readonly description: string;
  readonly notes: { readonly body: string }[];
}

/** @param folder where the repositories are, by their paths */
export async function startLightGitLab(folder: string): Promise<LightGitLab> {
  const api = new Api(folder);
  const server = createServer((request, response) => void serve(api, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    end: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function serve(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const content = await buffer(request);
  const path = new URL(request.url ?? '/', 'http://light').pathname.replace('/api/v4/', '');
  const parts = path.split('/').map(decodeURIComponent);
  const { status, body } = await api
    .answer({ method: request.method ?? 'GET', parts, content })
    .catch((error: unknown): Answer => ({ status: 500, body: { message: String(error) } }));
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function fieldsOf({ content }: Asked): Readonly<Record<string, string>> {
  const told = content.toString();
  if (told === '') return {};
  return told.startsWith('{') ? JSON.parse(told) : Object.fromEntries(new URLSearchParams(told));
}

class Api {
  private readonly issues = new Map<string, Issue[]>();
  private readonly pages = new Set<string>();
  private readonly shelf = new LightShelf();

  constructor(private readonly folder: string) {}

  async answer({ method, parts, content }: Asked): Promise<Answer> {
    const [, project = '', what, ...rest] = parts;
    const asked = { method, parts: [project, ...rest], content };
    if (what === 'issues') return this.answerIssues(asked);
    if (what === 'packages') return this.shelf.answer(asked);
    // Fixes have none here: their seal alone says that they are ready.
    if (what === 'merge_requests') return OK([]);
    if (what === 'releases') return this.answerPages(asked);
    const [kind, name = ''] = rest;
    if (what !== 'repository') return NOT_FOUND;
    const ref = `refs/${kind === 'tags' ? 'tags' : 'heads'}/${name}`;
    return this.answerRef({
      method,
      repository: new GitRepository(join(this.folder, `${project}.git`)),
      ref,
    });
  }

  private answerIssues(asked: Asked): Answer {
    const {
      method,
      parts: [project = '', iid, notes],
    } = asked;
    const told = fieldsOf(asked);
    const issues = this.issues.get(project) ?? [];
    this.issues.set(project, issues);
    if (iid === undefined && method === 'GET') return OK(issues);
    if (iid === undefined) {
      const issue = { iid: issues.length + 1, description: told['description'] ?? '', notes: [] };
      issues.push(issue);
      return { status: 201, body: issue };
    }
    const issue = issues.find((one) => String(one.iid) === iid);
    if (issue === undefined) return NOT_FOUND;
    if (notes === undefined) return OK(issue);
    if (method === 'POST') issue.notes.push({ body: told['body'] ?? '' });
    return OK(method === 'POST' ? issue.notes.at(-1) : issue.notes);
  }

  private answerPages(asked: Asked): Answer {
    const {
      method,
      parts: [project = '', tag],
    } = asked;
    const told = fieldsOf(asked);
    const name = `${project} ${tag ?? told['tag_name']}`;
    if (method === 'GET') return this.pages.has(name) ? OK({ tag_name: tag }) : NOT_FOUND;
    if (this.pages.has(name)) return { status: 409, body: { message: 'Release already exists' } };
    this.pages.add(name);
    return { status: 201, body: { tag_name: told['tag_name'] } };
  }

  private async answerRef(asked: {
    readonly method: string;
    readonly repository: GitRepository;
    readonly ref: string;
  }): Promise<Answer> {
    const { method, repository, ref } = asked;
    const format = '--format=%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end) %(contents)';
    const found = await repository.git(['for-each-ref', format, ref]);
    if (found === '') return NOT_FOUND;
    if (method === 'GET')
      return OK({ message: found.slice(41).trimEnd(), commit: { id: found.slice(0, 40) } });
    await repository.git(['update-ref', '-d', ref]).catch((error: unknown) => {
      if (!(error instanceof GitRefusal)) throw error;
    });
    return { status: 204, body: null };
  }
}
