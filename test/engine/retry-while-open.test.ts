import { once } from 'node:events';
import { createServer } from 'node:net';
import { Connection } from '@temporalio/client';
import { retryWhileOpen } from '../../engine/retry-while-open';
import { until } from '../support/until';

/** Hangs up on whoever calls. */
async function startRudeServer(): Promise<{
  readonly address: string;
  readonly calls: () => number;
  readonly end: () => void;
}> {
  let calls = 0;
  const server = createServer((socket) => {
    calls += 1;
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return { address: `127.0.0.1:${address.port}`, calls: () => calls, end: () => server.close() };
}

describe('a connection that is closed', () => {
  it('ends a call that would be tried again, and not the process', async () => {
    const server = await startRudeServer();
    const connection = Connection.lazy({ address: server.address, interceptors: [retryWhileOpen] });
    const asked = connection.workflowService.getSystemInfo({}).catch(String);
    await until('the call to be tried again', () => server.calls() > 1);

    await connection.close();

    expect(await asked).toContain('CANCELLED: Channel has been shut down');
    server.end();
  });

  it('answers a call that comes too late', async () => {
    const connection = Connection.lazy({ address: '127.0.0.1:1', interceptors: [retryWhileOpen] });
    await connection.close();

    const asked = connection.workflowService.getSystemInfo({});

    await expect(asked).rejects.toThrow('CANCELLED: Channel has been shut down');
  });
});
