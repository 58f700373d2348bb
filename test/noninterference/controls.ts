import { Runtime } from '@temporalio/worker';
import { findProject } from '../../sandbox/gitlab/instance';
import { RELEASES } from '../../engine/task-queues';
import { SignalboxVersion } from '../../engine/search-attributes';
import { until } from '../support/until';
import { PROBES, type Look, type Surface } from './everything';
import { askForObjects, readClones, readObjects, readRefs } from './probe-git';
import { readCommands } from './probe-commands';
import { isListed } from './probe-engine';
import { readApi } from './probe-gitlab';
import { readGateway } from './probe-gateway';
import type { Seen } from './seen';
import { CODE } from './stories';
import { ACTS_FOR_THE_CLEARED, compared, GATEWAY, TELLS_NOTHING_TO_ANYBODY } from './surfaces';
import { ASKERS, type World } from './world';

const SECURITY = 'gitlab-org/security/gitaly';
/** It alone runs pipelines. */
const BUILD = 'gitlab-org/build/gitaly';
const PATH = `/projects/${encodeURIComponent(SECURITY)}`;
const BUILD_PATH = `/projects/${encodeURIComponent(BUILD)}`;

function onSecurity({ world: { gitlab } }: Look) {
  return { gitlab, paths: [SECURITY], token: gitlab.token };
}

/** Each probe, where it may find the secret. */
export const CONTROLS: Readonly<Record<Surface, (look: Look) => Promise<Seen>>> = {
  refs: (look) => readRefs(onSecurity(look)),
  clones: (look) => readClones(onSecurity(look)),
  objects: (look) => readObjects(onSecurity(look)),
  'objects asked for': (look) => askForObjects(onSecurity(look), look.objects.slice(0, 1)),
  'GitLab, to nobody': (look) => readApi({ ...onSecurity(look), paths: [SECURITY, BUILD] }),
  'GitLab, to somebody': (look) => readApi(onSecurity(look)),
  engine: async (look) => {
    await startNaming(look.world);
    return PROBES.engine(look);
  },
  'pages of the engine': async (look) => {
    // It waits for the calendar before it does anything, and its title names the fix.
    const id = `patch:${CODE}`;
    await look.world.engine.client.workflow.start('patchRelease', {
      workflowId: id,
      taskQueue: RELEASES,
      args: [
        {
          settings: look.world.settings,
          type: 'planned',
          minors: ['18.6'],
          startedBy: { id: 'maria', roles: [] },
          awaitMilestones: ['opened'],
        },
      ],
    });
    return PROBES['pages of the engine']({ ...look, releases: [id] });
  },
  gateway: ({ world, releases, embargo }) =>
    readGateway({
      world,
      embargo,
      release: releases.at(-1) ?? '',
      token: ASKERS.cleared,
      routes: compared(GATEWAY).filter(
        (route) => !(route in TELLS_NOTHING_TO_ANYBODY) && !(route in ACTS_FOR_THE_CLEARED),
      ),
    }),
  commands: ({ world, releases, embargo }) =>
    readCommands({ url: world.url, embargo, release: releases.at(-1) ?? '', token: ASKERS.cleared }),
  logs: async (look) => {
    const { gateway, engine } = look.world;
    gateway.deps.logger.info({ embargo: `embargo:${CODE}` }, 'Planted');
    Runtime.instance().logger.warn('Planted', { namespace: engine.namespace, embargo: `embargo:${CODE}` });
    // The SDK holds lines back for a moment, to put them in order.
    await until('the worker to log it', () => look.workerLog().some((line) => line.includes(CODE)));
    return PROBES.logs(look);
  },
};

async function startNaming({ engine }: World): Promise<void> {
  await engine.client.workflow.start('patchRelease', {
    workflowId: 'patch:planted',
    taskQueue: `${RELEASES}-elsewhere`,
    typedSearchAttributes: [{ key: SignalboxVersion, value: CODE }],
  });
  await isListed(engine, 'patch:planted');
}

/** Names the fix in whatever GitLab keeps of a project, on the security side. */
export async function nameEverywhere({ gitlab }: World, commit: string): Promise<void> {
  const post = async (path: string, body: object, side = PATH): Promise<{ readonly iid: number }> => {
    const { status, body: told } = await gitlab.request<{ readonly iid: number }>(
      'POST',
      `${side}${path}`,
      body,
    );
    if (status >= 300) throw new Error(`POST ${path}: ${status} ${JSON.stringify(told)}`);
    return told;
  };
  const put = (path: string, body: string) =>
    gitlab.request('PUT', `${PATH}${path}`, body, {
      headers: { 'content-type': 'application/octet-stream' },
    });
  const issue = await post('/issues', { title: CODE });
  const other = await post('/issues', { title: CODE });
  await post(`/issues/${issue.iid}/notes`, { body: CODE });
  await post(`/issues/${issue.iid}/links`, {
    target_project_id: findProject(gitlab.instance, SECURITY)?.id,
    target_issue_iid: other.iid,
  });
  const change = await post('/merge_requests', {
    source_branch: `topic/${CODE}/default`,
    target_branch: 'master',
    title: CODE,
  });
  await post(`/merge_requests/${change.iid}/notes`, { body: CODE });
  await post('/labels', { name: CODE, color: '#ff0000' });
  // Lists are by name, and the first few of each are read in detail.
  await post('/repository/branches', { branch: `0-${CODE}`, ref: commit });
  await post('/protected_branches', { name: `*-${CODE}` });
  await post('/repository/tags', { tag_name: `v${CODE}`, ref: 'master' }, BUILD_PATH);
  await post('/pipeline', { ref: `v${CODE}` }, BUILD_PATH);
  await post('/protected_tags', { name: `${CODE}*` });
  await post('/repository/tags', { tag_name: `v${CODE}`, ref: commit, message: CODE });
  await post('/releases', { tag_name: `v${CODE}`, name: CODE });
  await put(`/packages/generic/${CODE}/1.0.0/file.txt`, CODE);
  await post('/environments', { name: CODE });
  await post('/deployments', {
    environment: CODE,
    sha: commit,
    ref: `topic/${CODE}/18.6`,
    tag: false,
    status: 'success',
  });
  await post('/deploy_keys', { title: CODE, key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==' });
  await post('/hooks', { url: `http://127.0.0.1:1/${CODE}` });
  await post('/remote_mirrors', { url: `http://127.0.0.1:1/${CODE}.git`, enabled: false });
}
