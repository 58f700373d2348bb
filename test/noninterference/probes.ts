import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { findProject } from '../../sandbox/gitlab/instance';
import { quietGitEnvironment } from '../../sandbox/gitlab/git-repository';
import { createLogger } from '../../gateway/logger';
import { readGitLab } from '../../starters/gitlab-reader';
import { startGateway } from '../gateway/test-gateway';
import type { TestGitLab } from '../support/gitlab';
import type { ReleaseHouse } from '../support/release-house';
import { remoteOf } from '../support/work-tree';
import { compared, forgiven, GATEWAY, GITLAB } from './surfaces';

const run = promisify(execFile);

/** What was read, by where. */
export type Seen = Readonly<Record<string, string>>;

export interface GitReader {
  readonly gitlab: TestGitLab;
  readonly paths: readonly string[];
  /** Nobody's by default. */
  readonly token?: string | null;
}

/** Names and targets of every ref, as a clone over HTTP is offered them. */
export async function readRefs({ gitlab, paths, token = null }: GitReader): Promise<Seen> {
  const entries = paths.map(async (path) => {
    const { stdout } = await run('git', ['ls-remote', remoteOf(gitlab, path, token)], {
      env: quietGitEnvironment(),
    });
    return [path, stdout] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Every object of the repositories, reached or not: by its SHA each can be fetched. */
export async function readObjects({ gitlab, paths }: GitReader): Promise<Seen> {
  const entries = paths.map(async (path) => {
    const project = findProject(gitlab.instance, path);
    if (project === undefined) throw new Error(`${path} is not planted`);
    const repository = gitlab.instance.repository(project);
    const all = await repository.git(['cat-file', '--batch-all-objects', '--batch-check', '--unordered']);
    return [path, all.split('\n').toSorted().join('\n')] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const NEWEST = 3;
/** Headers of the connection, not of the answer. The length is that of a body which is compared. */
const OF_THE_CONNECTION = ['date', 'connection', 'keep-alive', 'content-length'];
/** How much of the asker's own allowance is left, and until when. */
const OF_THE_ASKER = ['observed', 'remaining', 'reset'].map((name) => `ratelimit-${name}`);

/** What the REST API answers on every compared route. */
export async function readApi({ gitlab, paths, token = null }: GitReader): Promise<Seen> {
  const seen: Record<string, string> = {};
  const answered = new Map<string, unknown>();
  const ask = async (url: string): Promise<unknown> => {
    const kept = answered.get(url);
    if (kept !== undefined) return kept;
    const { status, headers, body } = await gitlab.request('GET', `${url}?per_page=100`, undefined, {
      token,
    });
    const told = [...headers].filter(([name]) => ![...OF_THE_CONNECTION, ...OF_THE_ASKER].includes(name));
    seen[url] = forgiven(JSON.stringify({ status, headers: told, body }));
    answered.set(url, body);
    return body;
  };
  for (const route of compared(GITLAB)) for (const url of await urlsOf(route, { paths, ask })) await ask(url);
  return seen;
}

interface Asker {
  readonly paths: readonly string[];
  readonly ask: (url: string) => Promise<unknown>;
}

/** `/projects/:id/issues/:iid` of every project and of the newest of its issues. */
async function urlsOf(route: string, { paths, ask }: Asker): Promise<readonly string[]> {
  let urls = [''];
  for (const part of route.split('/').slice(1)) {
    if (!part.startsWith(':')) urls = urls.map((url) => `${url}/${part}`);
    else if (part === ':id')
      urls = urls.flatMap((url) => paths.map((one) => `${url}/${encodeURIComponent(one)}`));
    else {
      const lists = await Promise.all(urls.map(async (url) => ({ url, list: await ask(url) })));
      urls = lists.flatMap(({ url, list }) =>
        Array.isArray(list)
          ? list.slice(0, NEWEST).map((one) => `${url}/${encodeURIComponent(nameOf(one, part))}`)
          : [],
      );
    }
  }
  return urls;
}

function nameOf(entity: Readonly<Record<string, unknown>>, parameter: string): string {
  const { id, iid, name, tag_name: tag } = entity;
  if (parameter === ':iid') return String(iid);
  if ([':branch', ':name', ':label'].includes(parameter)) return String(name);
  if (parameter === ':tag') return String(tag ?? name);
  return String(id);
}

/** What the index lists of a task queue, and what each run shows before it is decrypted. */
export async function readIndex(client: Client, taskQueue: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { workflowId, type, status, memo, searchAttributes } of client.workflow.list({
    query: `TaskQueue = '${taskQueue}'`,
  })) {
    const { SignalboxState: state } = (await client.workflow.getHandle(workflowId).describe())
      .searchAttributes;
    const kept = Object.keys(searchAttributes).toSorted();
    lines.push(forgiven(JSON.stringify({ workflowId, type, status, memo, kept, state })));
  }
  return lines.toSorted((left, right) => left.localeCompare(right));
}

/** The page that the engine shows of each run. */
export async function readDetails(client: Client, ids: readonly string[]): Promise<Seen> {
  const entries = ids.map(async (id) => {
    const metadata = await client.workflow.getHandle(id).query('__temporal_workflow_metadata');
    return [forgiven(id), forgiven(JSON.stringify(metadata))] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

export interface GatewayReader {
  readonly house: ReleaseHouse;
  readonly client: Client;
  readonly release: WorkflowHandle;
  /** An embargo of the one world, asked for in both. */
  readonly embargo: string;
  readonly token: string;
}

/** Versions are made side by side: whose step is recorded first is chance, what is recorded is not. */
function inOrder(body: string): unknown {
  const told: unknown = JSON.parse(body);
  if (typeof told !== 'object' || told === null || !('transitions' in told)) return told;
  const { transitions } = told;
  if (!Array.isArray(transitions)) return told;
  const lines = transitions.map((one) => forgiven(JSON.stringify(one)));
  return { ...told, transitions: lines.toSorted((left, right) => left.localeCompare(right)) };
}

const QUERIES: Readonly<Record<string, string>> = {
  '/api/v1/fixes': '?all=true',
  '/api/v1/plan': '?kind=patch&minors=18.6',
  '/api/v1/mirrors/{project}/changes': '?ref=heads/master',
};

/** What the gateway answers on every compared path, and what it logs of that. */
export async function readGateway({ house, client, release, embargo, token }: GatewayReader): Promise<Seen> {
  const logged: string[] = [];
  const logger = createLogger({ write: (line) => void logged.push(line) });
  const gateway = await startGateway({
    records: house.records,
    client,
    logger,
    gitlab: () => readGitLab(house.gitlab),
  });
  const seen: Record<string, string> = {};
  for (const path of compared(GATEWAY)) {
    const id = path.includes('embargoes') ? embargo : release.workflowId;
    const query = QUERIES[path] ?? '';
    const url = `${path.replace('{id}', id).replace('{project}', 'gitaly')}${query}`;
    const { statusCode, headers, body } = await gateway.ask({ url, token });
    const told = Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.includes(name));
    seen[path] = forgiven(JSON.stringify({ statusCode, headers: told, body: inOrder(body) }));
  }
  await gateway.end();
  // How long an answer took and which process gave it are the machine's.
  const lines = logged.map((line) => line.replaceAll(/"(time|pid|responseTime)":[\d.e-]+/g, '"$1":0'));
  return { ...seen, log: forgiven(lines.join('')) };
}
