import { mkdtemp, rm } from 'node:fs/promises';
import { chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, makeTelemetryFilterString, NativeConnection, Runtime } from '@temporalio/worker';
import { readConfig } from '../config/read';
import { releaseSettings } from '../config/release-settings';
import type { ReleaseSettings } from '../domain/release/release';
import { migrate } from '../records/migrate';
import { openRecords, type Records } from '../records/records';
import { checkoutFolder } from '../services/home';
import { startPostgres, stopPostgres } from '../services/postgres';
import { startTemporal, stopTemporal } from '../services/temporal';

/** Servers of a benchmark's own, in a folder that goes when it ends. */
export interface BenchHouse {
  readonly home: string;
  readonly client: Client;
  readonly connection: NativeConnection;
  readonly records: Records;
  /** The sandbox's product, with no approval to wait for. */
  readonly settings: ReleaseSettings;
  end(): Promise<void>;
}

/** Once a process, before anything else of the SDK. */
export function installRuntime(): void {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
  });
}

export async function startBenchHouse(): Promise<BenchHouse> {
  const home = await mkdtemp(join(tmpdir(), 'signalbox-bench-'));
  chmodSync(home, 0o755);
  const [postgres, temporal] = await Promise.all([
    startPostgres({ home, passwordFile: join(home, 'password'), logFile: join(home, 'postgres.log') }),
    startTemporal({ home, logFile: join(home, 'temporal.log') }),
  ]);
  await migrate(postgres.url);
  const records = openRecords({ url: postgres.url, connections: 40 });
  const [connection, clientConnection] = await Promise.all([
    NativeConnection.connect({ address: temporal.address }),
    Connection.connect({ address: temporal.address }),
  ]);
  return {
    home,
    client: new Client({ connection: clientConnection }),
    connection,
    records,
    settings: benchSettings(),
    end: async () => {
      await records.close();
      await clientConnection.close();
      await connection.close();
      await Promise.all([stopTemporal(home), stopPostgres(home)]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

function benchSettings(): ReleaseSettings {
  const path = join(checkoutFolder(), 'config', 'sandbox.yaml');
  const configuration = readConfig({ path, environment: { SIGNALBOX_GITLAB_URL: 'http://127.0.0.1' } });
  return { ...releaseSettings(configuration, { gatewayKeys: [] }), approvals: [] };
}

/** Events in the histories of a workflow and of its children. */
export async function historyEvents(client: Client, handle: WorkflowHandle): Promise<number> {
  const { events = [] } = await handle.fetchHistory();
  const children = (events ?? []).flatMap(
    ({ childWorkflowExecutionStartedEventAttributes: started }) =>
      started?.workflowExecution?.workflowId ?? [],
  );
  const counts = await Promise.all(
    children.map((id) => historyEvents(client, client.workflow.getHandle(id))),
  );
  return (events ?? []).length + counts.reduce((sum, count) => sum + count, 0);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** One line of a benchmark: ours, the peer's, the ratio and its bound. Sets the exit code when the bound is passed. */
export function report(line: {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: number;
  /** `at most` a ratio for costs, `at least` one for throughput. */
  readonly bound: { readonly atMost: number } | { readonly atLeast: number };
}): void {
  const ratio = line.ours / line.peer;
  const holds = 'atMost' in line.bound ? ratio <= line.bound.atMost : ratio >= line.bound.atLeast;
  const bound = 'atMost' in line.bound ? `at most ${line.bound.atMost}` : `at least ${line.bound.atLeast}`;
  if (!holds) process.exitCode = 1;
  const numbers = `ours ${line.ours.toFixed(2)} ${line.unit}, bare ${line.peer.toFixed(2)} ${line.unit}`;
  process.stdout.write(
    `${line.what.padEnd(38)} ${numbers}, ratio ${ratio.toFixed(2)} (${bound}) ${holds ? 'ok' : 'MISSED'}\n`,
  );
}
