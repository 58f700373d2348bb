import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { join, resolve } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import type { BackportEffects } from '../activities/backport-effects';
import { createBackportEffects } from '../activities/create-backport-effects';
import { openMirrors } from '../activities/git/mirror';
import { connectGitLab } from '../activities/gitlab/gitlab';
import { backportId } from '../domain/backport/backport';
import { heartbeatInterceptor } from '../workers/heartbeat-interceptor';
import { MINORS, startBackportSandbox, type BackportSandbox } from './backport-sandbox';
import { bareBackports } from './bare/backports';
import { installRuntime, median, report, startBenchHouse, type BenchHouse } from './bench-house';

const ROUNDS = 5;
/** 300 backports; fewer for a quick look. */
const CHANGES = Number(process.env['SIGNALBOX_BENCH_CHANGES'] ?? 100);
/** Of the worker: activities of backports at once. */
const HANDS = 8;

interface Side {
  readonly seconds: number;
  readonly requests: number;
}

/** (g) 300 backports to three branches, with their merge requests and their checks, against a bare loop. */
async function main(): Promise<void> {
  installRuntime();
  const house = await startBenchHouse();
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve(resolve(__dirname, '../workflows/index')),
    logger: new DefaultLogger('ERROR'),
  });
  const rounds = Number(process.env['SIGNALBOX_BENCH_ROUNDS'] ?? ROUNDS);
  const ours: Side[] = [];
  const bare: Side[] = [];
  for (let round = 0; round < rounds; round++) {
    // Each side has the first turn as often as the other, as far as an odd number allows.
    const sides = [
      () => ourSide(house, code).then((side) => ours.push(side)),
      () => bareSide().then((side) => bare.push(side)),
    ];
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) await side();
  }
  process.stdout.write(
    `node ${process.version}, ${CHANGES} changes to ${MINORS.length} branches, ${HANDS} at once; requests: ours ${median(ours.map(({ requests }) => requests))}, bare ${median(bare.map(({ requests }) => requests))}\n`,
  );
  report({
    what: `(g) ${CHANGES * MINORS.length} backports, median of ${rounds}`,
    unit: 's',
    ours: median(ours.map(({ seconds }) => seconds)),
    peer: median(bare.map(({ seconds }) => seconds)),
    bound: { atMost: 1.5 },
  });
  await house.end();
}

async function ourSide({ client, connection, records }: BenchHouse, code: string): Promise<Side> {
  const sandbox = await startBackportSandbox(CHANGES);
  const { url, token, settings, home } = sandbox;
  const mirrorOf = openMirrors({ folder: join(home, 'mirrors'), url, token });
  const effects = createBackportEffects({ records, gitlab: connectGitLab({ url, token }), mirrorOf });
  const brought = awaited(CHANGES);
  const counting: BackportEffects = {
    ...effects,
    proposeBackports: async (input) => {
      const done = await effects.proposeBackports(input);
      brought.count();
      return done;
    },
  };
  const taskQueue = `backports-${randomUUID()}`;
  const interceptors = { activity: [heartbeatInterceptor] };
  const workers = await Promise.all([
    Worker.create({ connection, taskQueue, workflowBundle: { code }, maxCachedWorkflows: 400 }),
    Worker.create({
      connection,
      interceptors,
      taskQueue: `${taskQueue}-backports`,
      activities: { ...counting },
      maxConcurrentActivityTaskExecutions: HANDS,
    }),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  sandbox.requests();
  const began = performance.now();
  // Every round has records and workflows of its own.
  const project = { ...settings.project, name: `widget-${randomUUID().slice(0, 8)}` };
  await Promise.all(
    sandbox.iids.map((iid) =>
      client.workflow.start('backport', {
        taskQueue,
        workflowId: backportId({ project: project.name, iid }),
        args: [{ settings: { ...settings, project }, iid }],
      }),
    ),
  );
  await brought.all;
  await sandbox.checked();
  const seconds = (performance.now() - began) / 1_000;
  const requests = sandbox.requests();
  for (const iid of sandbox.iids)
    await client.workflow
      .getHandle(backportId({ project: project.name, iid }))
      .terminate('the round is over');
  for (const worker of workers) worker.shutdown();
  await running;
  await demandAll(sandbox);
  await sandbox.end();
  return { seconds, requests };
}

async function bareSide(): Promise<Side> {
  const sandbox = await startBackportSandbox(CHANGES);
  const { url, token, settings, home } = sandbox;
  const mirror = openMirrors({ folder: join(home, 'mirrors'), url, token })(settings.project);
  sandbox.requests();
  const began = performance.now();
  await bareBackports(sandbox, mirror);
  await sandbox.checked();
  const seconds = (performance.now() - began) / 1_000;
  const requests = sandbox.requests();
  await demandAll(sandbox);
  await sandbox.end();
  return { seconds, requests };
}

function awaited(many: number): { readonly all: Promise<unknown>; readonly count: () => void } {
  const bell = new EventEmitter();
  let left = many;
  return {
    all: once(bell, 'all'),
    count: () => {
      left -= 1;
      if (left === 0) bell.emit('all');
    },
  };
}

/** A side that did less than it should is no side to compare with. */
async function demandAll({ url, token, settings, iids }: BackportSandbox): Promise<void> {
  const path = encodeURIComponent(settings.project.repositories.canonical);
  const question = `${url}/api/v4/projects/${path}/merge_requests?state=opened&per_page=1`;
  const answer = await fetch(question, { headers: { 'private-token': token } });
  const found = Number(answer.headers.get('x-total'));
  if (found !== iids.length * MINORS.length) throw new Error(`${found} merge requests are open`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
