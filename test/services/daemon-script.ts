import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answersOk, type DaemonOptions } from '../../services/daemon';

/** Serves /health on PORT; with FAILS set it complains and ends instead; with STUBBORN set it does not end when asked. */
export const SERVER = `
const { createServer } = require('node:http');
if (process.env.FAILS) {
  console.error('first I try');
  console.error('the ' + process.env.FAILS + ' is missing');
  process.exit(3);
}
if (process.env.STUBBORN) process.on('SIGTERM', () => undefined);
const port = process.env.PORT ?? process.env.SIGNALBOX_DAEMON_PORT;
createServer((_, response) => response.end('ready')).listen(Number(port), '127.0.0.1');
`;

/** A home, a script and everything that startDaemon asks for. */
export function daemonOptions(port: number, env: Readonly<Record<string, string>> = {}): DaemonOptions {
  const home = mkdtempSync(join(tmpdir(), 'signalbox-daemon-'));
  const script = join(home, 'server.js');
  writeFileSync(script, SERVER);
  return {
    name: 'bell',
    home,
    command: process.execPath,
    args: [script],
    env: { PORT: String(port), ...env },
    logFile: join(home, 'logs', 'bell.log'),
    isHealthy: answersOk(`http://127.0.0.1:${port}/health`),
    patienceMs: 15_000,
    port,
  };
}

/** Answers, or throws what the promise was refused with. */
export async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('expected a refusal');
}
