import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ExplainedError } from '../domain/explained-error';
import { freePort } from './free-port';
import { portOwner } from './port-owner';

/** The variable that insists on a port, by what listens there. */
const VARIABLES = {
  gateway: 'SIGNALBOX_GATEWAY_PORT',
  sandbox: 'SIGNALBOX_SANDBOX_PORT',
  worker: 'SIGNALBOX_WORKER_PORT',
  temporal: 'SIGNALBOX_TEMPORAL_PORT',
  temporalUi: 'SIGNALBOX_TEMPORAL_UI_PORT',
} as const;

const LAST_THREAD_MS = 1_000;
const LOOK_AGAIN_MS = 20;

export type PortName = keyof typeof VARIABLES;

export interface PortRequest {
  readonly home: string;
  readonly name: PortName;
  /** Whether its server runs, on the port remembered for it: that port is not taken, but its own. */
  readonly runs: boolean;
}

/**
 * The port that the environment insists on, else the one of last time, else a free one. It is remembered in
 * `<home>/ports.json`, so that addresses survive a restart.
 * @throws ExplainedError when the environment insists on a port that another program has, or that is none
 */
export async function ensurePort({ home, name, runs }: PortRequest): Promise<number> {
  const last = rememberedPorts(home)[name];
  const insisted = insistedPort(name);
  const port = insisted ?? last;
  if (port !== undefined && ((runs && port === last) || (await becomesFree(port)))) {
    return remember(home, name, port);
  }
  if (insisted !== undefined) {
    throw portTaken(insisted, `the ${name}`, `Stop that program, or give ${VARIABLES[name]} another port`);
  }
  for (;;) {
    const free = await freePort();
    // Nor one of a server of ours that is down at the moment.
    if (!Object.values(rememberedPorts(home)).includes(free)) return remember(home, name, free);
  }
}

/** The ports of last time. */
export function rememberedPorts(home: string): Partial<Readonly<Record<PortName, number>>> {
  const file = portsFile(home);
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Only a convenience: with new ports everything works as well.
    return {};
  }
}

async function isFreePort(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A server that was killed keeps its sockets until the last of its threads has gone. */
export async function becomesFree(port: number): Promise<boolean> {
  const deadline = performance.now() + LAST_THREAD_MS;
  while (!(await isFreePort(port))) {
    if (performance.now() > deadline) return false;
    await pause(LOOK_AGAIN_MS);
  }
  return true;
}

/** Names the port and, where it can be known, who has it. */
export function portTaken(port: number, wantedBy: string, remedy: string): ExplainedError {
  const owner = portOwner(port);
  const who = owner === undefined ? 'another program' : `process ${owner.pid} (${owner.command})`;
  return new ExplainedError({
    where: `port ${port}`,
    what: `${who} listens there, so ${wantedBy} cannot`,
    remedy,
  });
}

function insistedPort(name: PortName): number | undefined {
  const variable = VARIABLES[name];
  const value = process.env[variable];
  if (value === undefined || value === '') return undefined;
  const port = Number(value);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new ExplainedError({
    where: variable,
    what: `"${value}" is no port`,
    remedy: 'Give a whole number from 1 to 65535, or unset the variable',
  });
}

/** Read and written in one go, so that ports chosen side by side all stay. */
function remember(home: string, name: PortName, port: number): number {
  const remembered = rememberedPorts(home);
  if (remembered[name] === port) return port;
  const file = portsFile(home);
  mkdirSync(home, { recursive: true });
  writeFileSync(
    `${file}.${process.pid}`,
    `${JSON.stringify({ ...remembered, [name]: port }, undefined, 2)}\n`,
  );
  renameSync(`${file}.${process.pid}`, file);
  return port;
}

function portsFile(home: string): string {
  return join(home, 'ports.json');
}
