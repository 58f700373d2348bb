import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExplainedError } from '../../domain/explained-error';
import { daemonState, startDaemon, stopDaemon, type DaemonOptions } from '../../services/daemon';
import { ensurePort } from '../../services/ports';
import { startTicks } from '../../services/run-file';
import { until } from '../support/until';
import { daemonOptions, refusalOf } from './daemon-script';

async function somePort(): Promise<number> {
  const home = join(tmpdir(), `signalbox-ports-${process.pid}`);
  rmSync(home, { recursive: true, force: true });
  const port = await ensurePort({ home, name: 'worker', runs: false });
  rmSync(home, { recursive: true, force: true });
  return port;
}

describe('a daemon', () => {
  let options: DaemonOptions;

  beforeEach(async () => {
    options = daemonOptions(await somePort());
  });
  afterEach(async () => {
    await stopDaemon({ ...options, graceMs: 1 });
    rmSync(options.home, { recursive: true, force: true });
  });

  it('is started once and found again', async () => {
    const first = await startDaemon(options);
    const second = await startDaemon(options);

    expect(first.started).toBe(true);
    expect(second).toEqual({ pid: first.pid, started: false });
    expect(daemonState(options)).toMatchObject({ pid: first.pid, port: options.port });
  });

  it('is started anew when it was killed', async () => {
    const first = await startDaemon(options);
    process.kill(first.pid, 'SIGKILL');
    await until('its end', () => startTicks(first.pid) === undefined);

    const second = await startDaemon(options);

    expect(second.started).toBe(true);
    expect(second.pid).not.toBe(first.pid);
    expect(await options.isHealthy()).toBe(true);
  });

  it.each([
    ['environment', { env: { COLOUR: 'green' } }],
    ['build', { build: 'another' }],
  ])('is replaced when its %s has changed', async (_, change) => {
    const first = await startDaemon(options);

    const second = await startDaemon({
      ...options,
      ...change,
      env: { ...options.env, ...('env' in change ? change.env : {}) },
    });

    expect(second.started).toBe(true);
    expect(startTicks(first.pid)).toBeUndefined();
    expect(daemonState(options)?.pid).toBe(second.pid);
  });

  it('ends with an error that holds the end of its log when it dies at its start', async () => {
    options = { ...options, env: { ...options.env, FAILS: 'signal wire' } };

    const refusal = await refusalOf(startDaemon(options));

    expect(refusal).toBeInstanceOf(ExplainedError);
    expect(String(refusal)).toContain('it ended before it was ready');
    expect(String(refusal)).toContain('the signal wire is missing');
    expect(daemonState(options)).toBeUndefined();
  });

  it('names who has its port, and starts nothing', async () => {
    const other = createServer().listen(options.port, '127.0.0.1');
    await once(other, 'listening');

    const refusal = await refusalOf(startDaemon(options));
    other.close();

    expect(String(refusal)).toContain(`port ${options.port}`);
    expect(String(refusal)).toContain(`process ${process.pid}`);
    expect(daemonState(options)).toBeUndefined();
  });

  it('is made to end when it does not want to', async () => {
    const { pid } = await startDaemon({ ...options, env: { ...options.env, STUBBORN: 'yes' } });

    await stopDaemon({ ...options, graceMs: 200 });

    expect(startTicks(pid)).toBeUndefined();
    expect(daemonState(options)).toBeUndefined();
  });

  it('says when the program is not there', async () => {
    const refusal = await refusalOf(startDaemon({ ...options, command: join(options.home, 'nothing') }));

    expect(refusal).toBeInstanceOf(ExplainedError);
    expect(String(refusal)).toContain('cannot be started');
  });
});
