import { randomUUID } from 'node:crypto';
import { RELEASES } from '../../engine/task-queues';
import { SignalboxVersion } from '../../engine/search-attributes';
import { findProject } from '../../sandbox/gitlab/instance';
import type { Surface } from './everything';
import { isListed } from './probe-engine';
import { CODE } from './stories';
import type { World } from './world';

/** A way to tell, as small as it can be. */
export interface Leak {
  readonly name: string;
  readonly surface: Surface;
  /** What happens in a world that has nothing to hide. */
  readonly harmless: (world: World) => Promise<void>;
  /** The same in a world that tells something. */
  readonly telling: (world: World) => Promise<void>;
}

const LEAD = 'gitlab-org/gitaly';

export async function nothing(): Promise<void> {
  // Nothing happens in the other world.
}

async function post(world: World, path: string, body: object): Promise<void> {
  const { status } = await world.gitlab.request('POST', `/projects/${encodeURIComponent(LEAD)}${path}`, body);
  if (status >= 300) throw new Error(`${path}: ${status}`);
}

async function git(world: World, args: readonly string[]): Promise<string> {
  const { instance } = world.gitlab;
  const project = findProject(instance, LEAD);
  if (project === undefined) throw new Error(`${LEAD} is not planted`);
  return instance.repository(project).git([...args]);
}

function openIssue(world: World): Promise<void> {
  return post(world, '/issues', { title: 'A question' });
}

async function noteOnNewIssue(world: World, body: string): Promise<void> {
  await openIssue(world);
  const path = `/projects/${encodeURIComponent(LEAD)}/issues?per_page=1`;
  const { body: issues } = await world.gitlab.request<readonly { readonly iid: number }[]>('GET', path);
  await post(world, `/issues/${issues[0]?.iid ?? 0}/notes`, { body });
}

async function startWorkflow(world: World, fields: { readonly version: string }): Promise<void> {
  const workflowId = `patch:${randomUUID()}`;
  await world.engine.client.workflow.start('patchRelease', {
    workflowId,
    taskQueue: `${RELEASES}-elsewhere`,
    typedSearchAttributes: [{ key: SignalboxVersion, value: fields.version }],
  });
  await isListed(world.engine, workflowId);
}

async function holdRelease(world: World, key: string): Promise<void> {
  const ask = (url: string, idempotency: string, payload: object) =>
    world.gateway.ask({ method: 'POST', url, headers: { 'idempotency-key': idempotency }, payload });
  const order = { kind: 'patch', minors: ['18.6'], awaitMilestones: ['opened'] };
  const { id } = (await ask('/api/v1/releases', `to-hold-${key.length}`, order)).json<{ id: string }>();
  await isListed(world.engine, id);
  const held = await ask(`/api/v1/releases/${id}/decisions`, key, { kind: 'hold', reason: 'I look' });
  if (held.statusCode >= 300) throw new Error(held.body);
}

function header(world: World, value: string): void {
  world.gateway.app.server.prependListener('request', (_request, response) =>
    response.setHeader('x-signalbox-revision', value),
  );
}

/** Each must make the comparison fail. In the order in which a short form takes them. */
export const LEAKS: readonly Leak[] = [
  {
    name: 'a line of the log has a field more',
    surface: 'logs',
    harmless: async ({ gateway }) =>
      gateway.deps.logger.info({ release: 'patch:1' }, 'A patch was asked for'),
    telling: async ({ gateway }) =>
      gateway.deps.logger.info({ release: 'patch:1', embargoes: 1 }, 'A patch was asked for'),
  },
  {
    name: 'a ref more',
    surface: 'refs',
    harmless: nothing,
    telling: async (world) => void (await git(world, ['update-ref', 'refs/keep-around/1', 'HEAD'])),
  },
  {
    name: 'a key of a search attribute',
    surface: 'engine',
    harmless: (world) => startWorkflow(world, { version: '18.6' }),
    telling: (world) => startWorkflow(world, { version: CODE }),
  },
  {
    name: 'an object that no ref reaches',
    surface: 'objects',
    harmless: nothing,
    telling: async (world) => {
      const config = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com'];
      await git(world, [...config, 'commit-tree', '-m', 'left behind', 'HEAD^{tree}']);
    },
  },
  {
    name: 'a note more',
    surface: 'GitLab, to nobody',
    harmless: openIssue,
    telling: (world) => noteOnNewIssue(world, 'It waits for a fix.'),
  },
  {
    name: 'another sentence',
    surface: 'GitLab, to somebody',
    harmless: (world) => noteOnNewIssue(world, 'It was published.'),
    telling: (world) => noteOnNewIssue(world, 'It was published with fixes.'),
  },
  {
    name: 'a gap in numbers',
    surface: 'GitLab, to nobody',
    harmless: openIssue,
    telling: async (world) => {
      const { instance } = world.gitlab;
      instance.store.next(`issue-iid-${findProject(instance, LEAD)?.id ?? 0}`);
      await openIssue(world);
    },
  },
  {
    name: 'a count',
    surface: 'GitLab, to nobody',
    harmless: nothing,
    telling: (world) => post(world, '/labels', { name: 'security', color: '#ff0000' }),
  },
  {
    name: 'a line more of the record',
    surface: 'gateway',
    harmless: nothing,
    telling: async ({ records }) => {
      const id = 'patch:2';
      const ordinal = 1 + Math.max(...(await records.transitions.ofRelease(id)).map((one) => one.ordinal));
      const line = { ordinal, to: 'finalised', actor: { id: 'signalbox', roles: [] }, evidence: [] } as const;
      await records.transitions.append({
        release: id,
        workflowId: id,
        transitions: [{ ...line, sentence: 'Everything is known.' }],
      });
    },
  },
  {
    name: 'the id of an update',
    surface: 'engine',
    harmless: (world) => holdRelease(world, 'hold-0000000000'),
    telling: (world) => holdRelease(world, `hold-${CODE}`),
  },
  {
    name: 'a workflow more',
    surface: 'engine',
    harmless: nothing,
    telling: (world) => startWorkflow(world, { version: '18.6' }),
  },
  {
    name: 'an answer that depends on who is cleared',
    surface: 'commands',
    harmless: nothing,
    telling: async ({ records }) => {
      await records.embargoes.admit({
        key: 'a leak',
        embargo: `embargo:${CODE}`,
        actor: { id: 'ada', roles: [] },
        reason: 'A mistake',
        entry: { who: { person: 'erik' }, as: 'reviewer', until: '2099-01-01T00:00:00.000Z' },
      });
    },
  },
  {
    name: 'a header',
    surface: 'gateway',
    harmless: async (world) => header(world, '1'),
    telling: async (world) => header(world, '2'),
  },
];
