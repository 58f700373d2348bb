import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { startTicks } from '../../services/run-file';
import { startTemporal, stopTemporal, type TemporalServer } from '../../services/temporal';
import { missingSearchAttributes } from '../../engine/search-attributes';
import { until } from '../support/until';

async function withClient<T>(address: string, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

function pidOf({ pid }: TemporalServer): number {
  if (pid === undefined) throw new Error('our own server has a process id');
  return pid;
}

describe('the Temporal server', () => {
  let home: string;
  let address: string | undefined;
  const start = (): Promise<TemporalServer> => startTemporal({ home, logFile: join(home, 'temporal.log') });

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'signalbox-temporal-'));
    address = process.env['TEMPORAL_ADDRESS'];
    delete process.env['TEMPORAL_ADDRESS'];
  });
  afterEach(async () => {
    await stopTemporal(home);
    if (address === undefined) delete process.env['TEMPORAL_ADDRESS'];
    else process.env['TEMPORAL_ADDRESS'] = address;
    rmSync(home, { recursive: true, force: true });
  });

  it('keeps its data and its ports when it is killed and started again', async () => {
    const first = await start();
    await withClient(first.address, (client) =>
      client.workflow.start('waits', { workflowId: 'kept', taskQueue: 'nobody' }),
    );
    process.kill(pidOf(first), 'SIGKILL');
    await until('its end', () => startTicks(pidOf(first)) === undefined);

    const second = await start();

    const { status } = await withClient(second.address, (client) =>
      client.workflow.getHandle('kept').describe(),
    );
    expect(second).toEqual({ ...first, pid: second.pid });
    expect(second.pid).not.toBe(first.pid);
    expect(status.name).toBe('RUNNING');
  });

  it('is found again, with its search attributes and its page', async () => {
    const first = await start();

    const second = await start();

    const connection = await Connection.connect({ address: second.address });
    const missing = await missingSearchAttributes(connection, 'default');
    await connection.close();
    const page = await fetch(String(second.uiUrl));
    expect(second).toEqual({ ...first, started: false });
    expect(missing).toEqual([]);
    expect(page.status).toBe(200);
  });

  it('is not started where TEMPORAL_ADDRESS names one', async () => {
    process.env['TEMPORAL_ADDRESS'] = 'temporal.example:7233';

    const server = await start();

    expect(server).toEqual({ address: 'temporal.example:7233', started: false });
  });
});
