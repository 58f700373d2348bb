import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DateTime } from 'luxon';
import { parse, stringify } from 'yaml';
import { calendarTime, type CompressedTime } from '../../domain/calendar/compressed-time';
import { startTicks } from '../../services/run-file';
import { BIN, runProgram } from './run-program';
import { servicePid } from './service-pid';
import { until } from './until';

const root = resolve(__dirname, '..', '..');
/** From the first command until everything runs; the calendar begins after it. */
const UP_MS = 40_000;
const LONGEST_MS = 180_000;
/** More than a year of the fastest calendar. */
const WAITED_MS = 2 * 60 * 60_000;

/** A house of its own, as a user starts it, with a calendar that runs faster than the clock. */
export interface CompressedHouse {
  readonly home: string;
  readonly gitlabUrl: string;
  readonly temporalAddress: string;
  readonly compressed: CompressedTime;
  /** Waits until its calendar shows at least the instant. */
  reached(instant: DateTime<true>): Promise<void>;
  /** @returns what the command prints as JSON @throws with what it says where it fails */
  signalbox<T>(...args: readonly string[]): Promise<T>;
  /** Asks the gateway, as whoever has the CLI's token. */
  ask<T>(path: string): Promise<T>;
  askGitLab<T>(method: string, path: string, body?: object): Promise<T>;
  /** Kills the Temporal server, and starts it again when the calendar shows the instant. */
  outage(over: DateTime<true>): Promise<void>;
  end(): Promise<void>;
}

export interface Compression {
  /** What the calendar shows at its beginning. */
  readonly shows: string;
  readonly dayMs: number;
}

export async function startCompressedHouse({ shows, dayMs }: Compression): Promise<CompressedHouse> {
  const home = await mkdtemp(join(tmpdir(), 'signalbox-compressed-'));
  const compressed = { since: new Date(Date.now() + UP_MS).toISOString(), shows, dayMs };
  const configPath = `${home}.yaml`;
  await writeFile(configPath, stringify(await unattended(compressed)));
  const env = { SIGNALBOX_HOME: home, SIGNALBOX_CONFIG: configPath };
  const signalbox: CompressedHouse['signalbox'] = async <T>(...args: readonly string[]): Promise<T> =>
    JSON.parse(await printed([...args, '--json'], env)) as T;
  const end = async (): Promise<void> => {
    await printed(['down'], env);
    await rm(home, { recursive: true, force: true });
    await rm(configPath, { force: true });
  };
  try {
    return { ...(await opened({ home, compressed, signalbox })), end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function opened({
  home,
  compressed,
  signalbox,
}: Pick<CompressedHouse, 'home' | 'compressed' | 'signalbox'>): Promise<Omit<CompressedHouse, 'end'>> {
  const { gitlabUrl, gatewayUrl, temporalAddress } = await signalbox<Addresses>('up');
  const secret = async (name: string) => (await readFile(join(home, 'secrets', name), 'utf8')).trim();
  const gateway = { authorization: `Bearer ${await secret('cli-token')}` };
  const gitlab = { 'private-token': await secret('gitlab-token') };
  await asked(`${gitlabUrl}/sandbox/seed`, { method: 'POST', headers: gitlab });
  const reached = async (instant: DateTime<true>): Promise<void> => {
    const isReached = () => calendarTime(Date.now(), compressed) >= instant;
    await until(`the calendar to show ${instant.toISO()}`, isReached, WAITED_MS, 100);
  };
  return {
    home,
    gitlabUrl,
    temporalAddress,
    compressed,
    reached,
    signalbox,
    ask: (path) => asked(`${gatewayUrl}${path}`, { headers: gateway }),
    askGitLab: (method, path, body) => {
      const url = `${gitlabUrl}/api/v4/${path}`;
      if (body === undefined) return asked(url, { method, headers: gitlab });
      const headers = { ...gitlab, 'content-type': 'application/json' };
      return asked(url, { method, headers, body: JSON.stringify(body) });
    },
    outage: async (over) => {
      const pid = servicePid(home, 'temporal');
      process.kill(pid, 'SIGKILL');
      await until('the end of the Temporal server', () => startTicks(pid) === undefined);
      await reached(over);
      await signalbox('up');
    },
  };
}

interface Addresses {
  readonly gitlabUrl: string;
  readonly gatewayUrl: string;
  readonly temporalAddress: string;
}

/** The sandbox's own configuration, in which no release of the calendar asks a person for anything. */
async function unattended(compressed: CompressedTime): Promise<object> {
  const sandbox = parse(await readFile(join(root, 'config', 'sandbox.yaml'), 'utf8'));
  const day = compressed.dayMs;
  return {
    ...sandbox,
    approvals: sandbox.approvals.filter(({ kinds }: { kinds: readonly string[] }) =>
      kinds.includes('internal'),
    ),
    deadlines: { backports: { perf: '14d' } },
    // A look at repositories takes days of this calendar.
    measures: {},
    calendar: {
      ...sandbox.calendar,
      numbering: { ...sandbox.calendar.numbering, majorMonth: 5 },
      starting: { lookEvery: seconds(day / 4), catchUp: seconds(10 * day), ahead: seconds(35 * day) },
      planning: {},
      compressed: { since: compressed.since, shows: compressed.shows, day: seconds(day) },
    },
  };
}

function seconds(ms: number): string {
  return `${Math.max(1, Math.round(ms / 1_000))}s`;
}

async function printed(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const { code, out, err } = await runProgram(join(BIN, 'signalbox'), args, environment);
  if (code !== 0) throw new Error(`signalbox ${args.join(' ')}:\n${out}${err}`);
  return out;
}

async function asked<T>(url: string, request: RequestInit): Promise<T> {
  const response = await fetch(url, { ...request, signal: AbortSignal.timeout(LONGEST_MS) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${request.method ?? 'GET'} ${url}: ${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
