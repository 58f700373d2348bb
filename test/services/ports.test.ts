import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePort, rememberedPorts } from '../../services/ports';
import { refusalOf } from './daemon-script';

async function occupy(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('ports', () => {
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'signalbox-ports-'));
    delete process.env['SIGNALBOX_GATEWAY_PORT'];
  });
  afterEach(() => {
    delete process.env['SIGNALBOX_GATEWAY_PORT'];
    rmSync(home, { recursive: true, force: true });
  });

  it('are free, differ, and stay the same next time', async () => {
    const gateway = await ensurePort({ home, name: 'gateway', runs: false });
    const worker = await ensurePort({ home, name: 'worker', runs: false });

    const again = await ensurePort({ home, name: 'gateway', runs: false });

    expect(again).toBe(gateway);
    expect(worker).not.toBe(gateway);
    expect(rememberedPorts(home)).toEqual({ gateway, worker });
  });

  it('all stay when they are chosen side by side', async () => {
    await Promise.all(
      (['gateway', 'worker', 'sandbox', 'temporal'] as const).map((name) =>
        ensurePort({ home, name, runs: false }),
      ),
    );

    expect(new Set(Object.values(rememberedPorts(home))).size).toBe(4);
  });

  it('that others have taken meanwhile are given up', async () => {
    const first = await ensurePort({ home, name: 'gateway', runs: false });
    const other = await occupy(first);

    const second = await ensurePort({ home, name: 'gateway', runs: false });
    other.close();

    expect(second).not.toBe(first);
    expect(rememberedPorts(home)).toEqual({ gateway: second });
  });

  it('on which their own server runs are kept', async () => {
    const first = await ensurePort({ home, name: 'gateway', runs: false });
    const own = await occupy(first);

    const second = await ensurePort({ home, name: 'gateway', runs: true });
    own.close();

    expect(second).toBe(first);
  });

  it('that somebody insists on are an error that names who has them', async () => {
    const port = await ensurePort({ home, name: 'worker', runs: false });
    const other = await occupy(port);
    process.env['SIGNALBOX_GATEWAY_PORT'] = String(port);

    const refusal = await refusalOf(ensurePort({ home, name: 'gateway', runs: false }));
    other.close();

    expect(String(refusal)).toContain(`port ${port}`);
    expect(String(refusal)).toContain(`process ${process.pid}`);
    expect(String(refusal)).toContain('SIGNALBOX_GATEWAY_PORT');
  });

  it.each(['eighty', '0', '70000', '80.5'])('are not made of %s', async (value) => {
    process.env['SIGNALBOX_GATEWAY_PORT'] = value;

    const refusal = await refusalOf(ensurePort({ home, name: 'gateway', runs: false }));

    expect(String(refusal)).toContain(`SIGNALBOX_GATEWAY_PORT: "${value}" is no port`);
  });
});
