import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { permanent } from '../../activities/errors';
import type { DueMilestone } from '../../domain/calendar/starting';
import { startMirrorHouse } from '../support/mirror-house';
import { until } from '../support/until';
import type { Overrides } from '../support/scripted-effects';
import { DAN, EMMA, LENA, OTTO, ROSA, SAM } from '../support/decisions';
import { internalRules, someSettings } from '../support/release-inputs';
import { someBackportSettings, startBackportHouse, type BackportHouse } from '../support/backport-house';
import {
  environmentOf,
  startWorkflowHouse,
  type ReleaseToStart,
  type WorkflowHouse,
} from '../support/workflow-house';

const FOLDER = join(__dirname, '../workflows/histories');
const RECORD_MS = 60_000;

/** Run by `npm run histories`: keeps histories of each workflow beside those that are kept already, never over one. */
describe('histories to be replayed', () => {
  let house: WorkflowHouse;

  beforeAll(async () => {
    house = await startWorkflowHouse('dev');
  }, RECORD_MS);
  afterAll(() => house.end(), RECORD_MS);

  async function keep(type: string, story: string, id: string, run?: string): Promise<void> {
    await keepHistory(house.client, { type, story, id, ...(run === undefined ? {} : { run }) });
  }

  it(
    'are recorded of releases that nobody holds up',
    async () => {
      const [monthly, patch] = await Promise.all([house.monthly(), house.patch()]);
      await Promise.all([monthly.handle.result(), patch.handle.result()]);

      await keep('monthlyRelease', 'quiet', monthly.id);
      await keep('patchRelease', 'quiet', patch.id);
      await keep('versionRelease', 'quiet', patch.script.callsOf('tagProject')[0]?.workflowId ?? '');
      await keep('disclosedTexts', 'waiting', `texts:${patch.id}`);
    },
    RECORD_MS,
  );

  it(
    'are recorded of a version that was taken out of use',
    async () => {
      const carrier = await house.patch({ awaitMilestones: ['closed'] });
      await carrier.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');
      const id = `withdrawal:${carrier.id}`;
      const { settings, gateway } = carrier;
      const { taskQueue } = await carrier.handle.describe();
      const args = [{ settings, version: '18.6.1', carrier: carrier.id }];
      const withdrawal = await house.client.workflow.start('withdrawal', { workflowId: id, taskQueue, args });
      const decision = gateway.sign('withdraw', id, { at: (await house.now()).toISOString() });
      await withdrawal.executeUpdate('withdraw', { args: [decision] });
      await withdrawal.result();

      await keep('withdrawal', 'quiet', id);
    },
    RECORD_MS,
  );

  it(
    'are recorded of what is done when a secret is out',
    async () => {
      await keep('leakAnswer', 'quiet', await house.leak('embargo:7xk2v9wjqd'));
    },
    RECORD_MS,
  );

  it(
    'are recorded of a release that was held, failed, overtaken and approved',
    async () => {
      const release = await house.patch({ ...EVENTFUL, effects: mishaps() });
      await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');
      await release.decide('hold');
      await release.decide('resume');
      await release.handle.signal('milestoneDue', { milestone: 'closed' });
      await release.comesTo('fail', ({ blockers }) => blockers.length === 1);
      await release.decide('resume', { step: '18.6.2 gitlab tag' });
      await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'release-manager');
      await release.decide('approve', { before: 'published' });
      await release.handle.result();

      const withdrawn = release.script.callsOf('tagProject').find(({ input }) => input.version === '18.6.2');
      await keep('patchRelease', 'eventful', release.id);
      await keep('versionRelease', 'withdrawn', withdrawn?.workflowId ?? '');
    },
    RECORD_MS,
  );

  it(
    'are recorded of a release that was cut again, rehearsed and signed',
    async () => {
      const { approvals = [] } = EVENTFUL.settings ?? {};
      const settings = { approvals, rehearsal: { roles: ['security-engineer', 'release-manager'] } };
      const release = await house.patch({ settings });
      await release.comesTo(
        'be signed',
        ({ waitingFor }) => waitingFor?.sentence.includes('signed') === true,
      );
      await release.decide('recut', { minors: ['18.6'] });
      await release.comesTo('be made again', ({ versions }) =>
        versions.some(({ version, reached }) => version === '18.6.3' && reached === 'verified'),
      );
      await release.decide('rehearse');
      const digest = '18.5.2+18.6.3';
      await until(
        'it to be rehearsed again',
        async () => release.script.callsOf('rehearseRelease').length === 2,
      );
      await release.comesToRest();
      await release.decide('sign', { digest, by: SAM });
      await release.decide('sign', { digest, by: ROSA });
      await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'release-manager');
      await release.decide('approve', { before: 'published' });
      await release.handle.result();

      await keep('patchRelease', 'rehearsed', release.id);
    },
    RECORD_MS,
  );

  it(
    'are recorded of a mirror that was quiet, that differed and was decided about, and that went on as a new run',
    async () => {
      const mirrors = await startMirrorHouse('dev');
      const mirror = await mirrors.mirror({ looksPerRun: 3 });
      await mirror.comesTo('look', ({ lookedAt }) => lookedAt !== undefined);
      const [first, second] = ['refs/heads/master', 'refs/heads/18-6-stable'] as const;
      for (const ref of [first, second]) mirror.sides.set('canonical', ref, 'a1');
      await mirror.pushed(first);
      await mirror.comesTo('be in sync', ({ state, refs }) => state === 'in_sync' && refs > 0);
      await keep('mirror', 'quiet', mirror.id);

      mirror.sides.set('security', first, 'b1');
      await mirror.decide('verify');
      const seen = { canonical: 'a1', security: 'b1', build: 'a1' };
      await mirror.decide('resolve', { ref: first, way: 'follow', seen });
      await mirror.comesTo('agree', ({ state }) => state === 'in_sync');
      await mirror.comesToRest();
      const runs = mirrors.client.workflow.list({ query: `WorkflowId = "${mirror.id}"` });
      const ended = await until('a run to have gone on as a new one', async () => {
        for await (const run of runs) if (run.status.name === 'CONTINUED_AS_NEW') return run;
        return undefined;
      });
      await keep('mirror', 'decided', mirror.id, ended.runId);
      await mirrors.endTest();
      await mirrors.end();
    },
    RECORD_MS,
  );

  it(
    'are recorded of a release that was aborted',
    async () => {
      const release = await house.monthly({ awaitMilestones: ['built'] });
      await release.comesTo('wait', ({ waitingFor }) => waitingFor?.who === 'the calendar');
      await release.decide('abort');
      await release.handle.result();

      await keep('monthlyRelease', 'aborted', release.id);
    },
    RECORD_MS,
  );
});

describe('histories of internal releases to be replayed', () => {
  let house: WorkflowHouse;

  beforeAll(async () => {
    house = await startWorkflowHouse('dev');
  }, RECORD_MS);
  afterAll(() => house.end(), RECORD_MS);

  it(
    'are recorded of one that was approved in turn, blocked, held, failed and handed over',
    async () => {
      let looks = 0;
      let offers = 0;
      const waiting = { verdict: 'wait', sentence: 'gprd does not have it yet.', evidence: [] } as const;
      let isRefused = false;
      const release = await house.internal({
        settings: { ...internalRules(), internal: IMPATIENT },
        effects: {
          readRemediation: async ({ built }, usual) => {
            const isWaiting = built === undefined && looks++ < 2;
            return isWaiting ? { ...(await usual()), verdict: waiting } : usual();
          },
          offerBuild: async (_, usual) =>
            offers++ === 0 ? { ...(await usual()), verdict: waiting } : usual(),
          makePackages: async (_, usual) => {
            if (isRefused) return usual();
            isRefused = true;
            throw permanent('Conflict', { where: 'package', what: 'it is another', remedy: 'Delete it' });
          },
        },
      });
      await release.decide('hold');
      await release.decide('resume');
      for (const by of [EMMA, DAN, LENA, ROSA]) await release.decide('approve', { before: 'approved', by });
      const failed = await release.comesTo('fail', ({ blockers }) => blockers.length === 1);
      await release.decide('resume', { step: failed.blockers[0]?.step });
      await release.comesTo('be handed over', ({ state }) => state === 'handed_over');
      for (const installation of ['north', 'south'])
        for (const state of ['installed', 'verified'])
          await release.decide('handOver', { installation, state, by: OTTO });
      await release.handle.result();

      const version = release.script.callsOf('tagProject')[0]?.workflowId ?? '';
      await keepHistory(house.client, { type: 'internalRelease', story: 'eventful', id: release.id });
      await keepHistory(house.client, { type: 'versionRelease', story: 'internal', id: version });
    },
    RECORD_MS,
  );

  it(
    'are recorded of one that is rejected',
    async () => {
      const release = await house.internal({ request: { severity: 'S3' }, settings: internalRules() });
      await release.handle.result();

      await keepHistory(house.client, { type: 'internalRelease', story: 'rejected', id: release.id });
    },
    RECORD_MS,
  );
});

/** Looks come so soon that a recording need not wait for them. */
const IMPATIENT = {
  environments: ['gprd'],
  installations: [],
  acknowledgeWithinMs: 60_000,
  remindAfterMs: 60_000,
  lookEveryMs: 1,
};

describe('histories of the calendar to be replayed', () => {
  it(
    'are recorded of a keeper that goes on as a new run, of a milestone that starts a release, and of one whose release has ended',
    async () => {
      const environment = await environmentOf('dev');
      const { client, nativeConnection: connection } = environment;
      const taskQueue = `calendar-${randomUUID()}`;
      const release = `patch:${randomUUID()}`;
      const start = {
        id: release,
        kind: 'patch',
        title: 'Patch release 7 of 18.6',
        minors: ['18.6'],
        settings: someSettings(),
        startedBy: ROSA,
        startedAt: nowText(),
        awaitMilestones: ['opened'],
      };
      const activities = {
        planAhead: async () => ({ at: nowText(), moved: [] }),
        measureDelivery: async () => ({ at: nowText(), measured: ['pressure'] }),
        keepSchedules: async () => ({ at: nowText(), revision: 1, next: [], notices: [] }),
        openDue: async (due: DueMilestone) =>
          due.milestone === 'prepared'
            ? { at: nowText(), sentence: 'It is due.', start, tell: { id: release, milestones: [due, due] } }
            : { at: nowText(), sentence: 'It is due.', tell: { id: 'patch:ended', milestones: [due] } },
        noteTold: async () => ({ at: nowText(), sentence: 'It is noted.' }),
      };
      const shared = { connection, shutdownForceTime: 1_000 };
      const codePath = process.env['SIGNALBOX_TEST_BUNDLE'] ?? '';
      const workers = await Promise.all([
        Worker.create({ ...shared, taskQueue, workflowBundle: { codePath } }),
        Worker.create({ ...shared, taskQueue: `${taskQueue}-calendar`, activities }),
      ]);
      const running = Promise.all(workers.map((worker) => worker.run()));
      const settings = { catchUpMs: 60_000, lookEveryMs: 10, aheadMs: 60_000, gatewayKeys: [] };
      const due = { release: 'patch:2026-12-09', milestone: 'prepared', at: nowText(), settings };
      const id = `milestone:${randomUUID()}`;
      await client.workflow.execute('milestone', { workflowId: id, taskQueue, args: [due] });
      await keepHistory(client, { type: 'milestone', story: 'starting', id });
      const other = `milestone:${randomUUID()}`;
      const later = { ...due, milestone: 'tagged' };
      await client.workflow.execute('milestone', { workflowId: other, taskQueue, args: [later] });
      await keepHistory(client, { type: 'milestone', story: 'ended', id: other });
      const planning = { ...settings, plansAhead: true };
      const measuring = { ...planning, measures: 'beside' };
      const keepers: string[] = [];
      for (const [story, kept] of [
        ['quiet', settings],
        ['planning', planning],
        ['beside', measuring],
      ] as const) {
        const keeper = `calendar-${randomUUID()}`;
        const args = [{ settings: kept, looksPerRun: 2 }];
        const first = await client.workflow.start('calendarKeeper', { workflowId: keeper, taskQueue, args });
        const run = first.firstExecutionRunId;
        await until('it to go on as a new run', async () => {
          const { status } = await client.workflow.getHandle(keeper, run).describe();
          return status.name === 'CONTINUED_AS_NEW';
        });
        await keepHistory(client, { type: 'calendarKeeper', story, id: keeper, run });
        keepers.push(keeper);
      }
      for (const each of [...keepers, release]) await client.workflow.getHandle(each).terminate('kept');
      for (const worker of workers) worker.shutdown();
      await running;
      await environment.teardown();
    },
    RECORD_MS,
  );
});

describe('histories of backports to be replayed', () => {
  let house: BackportHouse;

  beforeAll(async () => {
    house = await startBackportHouse('dev');
  }, RECORD_MS);
  afterAll(() => house.end(), RECORD_MS);

  it(
    'are recorded of a change that conflicts, slides, fails, is declined and merged',
    async () => {
      const backport = await house.backport({
        before: ({ brings, says }) => {
          brings.set('18.6', permanent('Conflict', { where: '18-6', what: 'protected', remedy: 'Mend it' }));
          brings.set('18.5', { found: 'contained' });
          brings.set('18.4', { found: 'conflict', files: ['lib/a.rb'] });
          says.set('18.7', { found: 'checked' });
        },
      });
      await backport.comesTo('fail', ({ problems }) => problems.length === 1);
      backport.branches.owing = ['18.7', '18.6', '18.5'];
      backport.branches.brings.delete('18.6');
      await backport.lookAgain();
      await backport.comesTo('go on', ({ problems, backports }) => problems.length + backports.length === 4);
      await backport.comesTo('check', ({ backports }) => backports[0]?.state.state !== 'owed');
      await backport.decline({ minor: '18.4', reason: 'Too risky.' });
      for (const minor of ['18.7', '18.6'])
        backport.branches.says.set(minor, { found: 'merged', mergeRequest: { iid: 7, url: 'https://x' } });
      await backport.lookAgain();
      await backport.handle.result();

      await keepHistory(house.client, { type: 'backport', story: 'eventful', id: backport.id });
    },
    RECORD_MS,
  );

  it(
    'are recorded of a regular round',
    async () => {
      const { client, taskQueue } = house;
      const id = `backport-round-${Date.now()}`;
      const args = [{ settings: [someBackportSettings()] }];
      await client.workflow.execute('backportRound', { workflowId: id, taskQueue, args });

      await keepHistory(client, { type: 'backportRound', story: 'quiet', id });
      for (const iid of [12, 13]) await client.workflow.getHandle(`backport:gitlab:${iid}`).terminate('kept');
    },
    RECORD_MS,
  );
});

const EVENTFUL: ReleaseToStart = {
  awaitMilestones: ['closed'],
  settings: {
    approvals: [
      { kinds: ['patch'], before: 'published', roles: ['release-manager'], count: 1, remindAfterMs: 60_000 },
    ],
  },
};

/** A tag that is refused once, and a version that is overtaken once. */
function mishaps(): Overrides {
  let isRefused = false;
  let isOvertaken = false;
  return {
    tagProject: async ({ project, version }, usual) => {
      if (isRefused || `${project.name} ${version}` !== 'gitlab 18.6.2') return usual();
      isRefused = true;
      throw permanent('Conflict', { where: 'v18.6.2-ee', what: 'it is protected', remedy: 'Unprotect it' });
    },
    claimPublication: async (_, usual) => {
      const claim = await usual();
      if (isOvertaken) return claim;
      isOvertaken = true;
      return { ...claim, claimed: false, overtaken: ['18.6.2'] };
    },
  };
}

interface Keeping {
  readonly type: string;
  readonly story: string;
  readonly id: string;
  /** The newest by default. */
  readonly run?: string;
}

async function keepHistory(client: Client, { type, story, id, run }: Keeping): Promise<void> {
  const history = await client.workflow.getHandle(id, run).fetchHistory();
  const file = `${type}.${story}.${new Date().toISOString().slice(0, 10)}.${commit()}.json`;
  const told = JSON.stringify({ workflowId: id, history: JSON.parse(historyToJSON(history), withoutPaths) });
  writeFileSync(join(FOLDER, file), told, { flag: 'wx' });
}

function nowText(): string {
  return new Date().toISOString();
}

/** A stack trace names the folders of the machine it was recorded on, and no replay reads it. */
function withoutPaths(field: string, value: unknown): unknown {
  return field === 'stackTrace' ? undefined : value;
}

function commit(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: FOLDER, encoding: 'utf8' }).trim();
}
