import { createServer } from 'node:http';
import { join } from 'node:path';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { Client } from '@temporalio/client';
import { createBackportEffects } from '../activities/create-backport-effects';
import { createCalendarEffects } from '../activities/create-calendar-effects';
import { createMirrorEffects } from '../activities/create-mirror-effects';
import { createReleaseEffects } from '../activities/create-release-effects';
import { openMirrors } from '../activities/git/mirror';
import { connectGitLab } from '../activities/gitlab/gitlab';
import type { Outside } from '../activities/outside';
import { openScheduleBook } from '../activities/schedules/schedule-book';
import { findWorkflow } from '../activities/schedules/find-workflow';
import { fetchCanonical, publishedMinors } from '../activities/git/survey-lines';
import { gitlabAccess } from '../config/gitlab-access';
import { planningPolicy } from '../config/planning-policy';
import { readConfig } from '../config/read';
import { releaseSettings } from '../config/release-settings';
import { engineSite } from '../engine/connect';
import { dataConverter } from '../engine/data-converter';
import { readPayloadKeys } from '../engine/read-payload-keys';
import { registerSearchAttributes } from '../engine/search-attributes';
import { BACKPORTS, CALENDAR, MIRRORS, RELEASES, WAITS } from '../engine/task-queues';
import { migrate } from '../records/migrate';
import { openRecords } from '../records/records';
import { deliveryMeasuring } from './delivery-measuring';
import { heartbeatInterceptor } from './heartbeat-interceptor';
import { waitingActivities } from './waiting-activities';
import { createLogger, installRuntime } from './runtime';
import { WORKFLOW_BUNDLE } from './workflow-bundle';

const CONNECTIONS = 40;
/** Long enough for any effect but a wait; those are cancelled and begin again elsewhere. */
const SHUTDOWN_GRACE = '8 seconds';
const SHUTDOWN_FORCE = '15 seconds';

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set; \`signalbox up\` sets it`);
  return value;
}

async function main(): Promise<void> {
  const logger = createLogger();
  installRuntime(logger);
  const secrets = required('SIGNALBOX_SECRETS');
  const databaseUrl = required('DATABASE_URL');
  await migrate(databaseUrl);
  const records = openRecords({ url: databaseUrl, connections: CONNECTIONS });
  const configuration = readConfig({ path: required('SIGNALBOX_CONFIG'), environment: process.env });
  const { url, token } = gitlabAccess(configuration, secrets);
  const outside: Outside = {
    records,
    gitlab: connectGitLab({ url, token }),
    mirrorOf: openMirrors({ folder: join(required('SIGNALBOX_HOME'), 'mirrors'), url, token }),
  };
  const effects = createReleaseEffects(outside);

  const { namespace, connectionOptions } = engineSite();
  const connection = await NativeConnection.connect(connectionOptions);
  await registerSearchAttributes(connection, namespace);
  const shared: Omit<WorkerOptions, 'taskQueue'> = {
    connection,
    namespace,
    dataConverter: dataConverter(readPayloadKeys(secrets)),
    interceptors: { activity: [heartbeatInterceptor] },
    shutdownGraceTime: SHUTDOWN_GRACE,
    shutdownForceTime: SHUTDOWN_FORCE,
  };
  const releases = await Worker.create({
    ...shared,
    taskQueue: RELEASES,
    workflowBundle: { codePath: WORKFLOW_BUNDLE },
    activities: { ...effects },
    maxCachedWorkflows: 400,
    maxConcurrentActivityTaskExecutions: 24,
  });
  const waits = await Worker.create({
    ...shared,
    taskQueue: WAITS,
    activities: { ...waitingActivities(effects) },
    maxConcurrentActivityTaskExecutions: 400,
  });
  const mirrors = await Worker.create({
    ...shared,
    taskQueue: MIRRORS,
    activities: { ...createMirrorEffects(outside) },
    maxConcurrentActivityTaskExecutions: 8,
  });
  const backports = await Worker.create({
    ...shared,
    taskQueue: BACKPORTS,
    activities: { ...createBackportEffects(outside) },
    maxConcurrentActivityTaskExecutions: 8,
  });

  const { dataConverter: converter } = shared;
  const client = new Client({
    connection,
    namespace,
    ...(converter === undefined ? {} : { dataConverter: converter }),
  });
  const calendar = await Worker.create({
    ...shared,
    taskQueue: CALENDAR,
    activities: {
      ...createCalendarEffects({
        records,
        planning: { ...planningPolicy(configuration), rules: configuration.calendar },
        measuring: deliveryMeasuring(outside, configuration),
        schedules: openScheduleBook(client, RELEASES),
        isThere: findWorkflow(client),
        minorsOut: async (settings) => {
          await fetchCanonical(outside, settings);
          return new Set(await publishedMinors(outside, settings));
        },
        settingsOf: (kind, gatewayKeys) => releaseSettings(configuration, { gatewayKeys, kind }),
      }),
    },
    maxConcurrentActivityTaskExecutions: 4,
  });

  const workers = [releases, waits, mirrors, backports, calendar];
  const health = createServer((_request, response) => {
    const isRunning = workers.every((worker) => worker.getState() === 'RUNNING');
    response.writeHead(isRunning ? 200 : 503).end(releases.getState());
  });
  health.listen(Number(required('SIGNALBOX_WORKER_PORT')), process.env['SIGNALBOX_LISTEN'] ?? '127.0.0.1');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => workers.forEach((worker) => worker.shutdown()));
  }
  await Promise.all(workers.map((worker) => worker.run()));
  health.close();
  await records.close();
  await connection.close();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
