import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { Door } from '../../domain/embargo/doors';
import { ExplainedError } from '../../domain/explained-error';
import { readRunFile } from '../../services/run-file';
import { findTemporalBinary } from '../../services/temporal-binary';
import { signalboxHome } from '../../services/home';
import { secretFiles } from '../../services/secrets';
import { rememberedPorts, type PortName } from '../../services/ports';
import { doorFindings, type Finding } from '../door-findings';
import { connectGateway } from '../gateway-client';
import type { Terminal } from '../terminal';

const RED: ReadonlySet<Finding['verdict']> = new Set(['missing', 'open']);

/** What Signalbox needs and finds. */
export function doctorCommand(program: Command, terminal: Terminal): void {
  program
    .command('doctor')
    .description('say of each part whether it is there, its version, how it was found, or what to do')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: true }) => {
      const findings = await examine();
      if (json === true) terminal.json({ findings });
      else for (const finding of findings) terminal.print(lineOf(finding, terminal));
      if (findings.some(({ verdict }) => RED.has(verdict))) process.exitCode = 1;
    });
}

function lineOf({ part, verdict, version, detail }: Finding, { paint }: Terminal): string {
  const others = RED.has(verdict) ? paint.red : paint.yellow;
  const colour = verdict === 'ok' ? paint.green : others;
  return `${part.padEnd(11)} ${colour(verdict.padEnd(8))} ${version.padEnd(12)} ${detail}`.trimEnd();
}

async function examine(): Promise<readonly Finding[]> {
  const home = signalboxHome();
  return [
    { part: 'Node.js', verdict: 'ok', version: process.versions.node, detail: process.execPath },
    gitFinding(),
    await temporalFinding(home),
    databaseFinding(home),
    await answering(
      'GitLab',
      process.env['SIGNALBOX_GITLAB_URL'] ?? localUrl(home, 'sandbox'),
      '/api/v4/version',
    ),
    await answering('gateway', process.env['SIGNALBOX_GATEWAY_URL'] ?? localUrl(home, 'gateway'), '/health'),
    await answering('worker', localUrl(home, 'worker'), '/health'),
    secretsFinding(home),
    {
      part: 'Slack',
      verdict: 'unused',
      version: '',
      detail: 'not configured: decisions are made with `signalbox release`',
    },
    { part: 'metrics', verdict: 'unused', version: '', detail: 'not configured' },
    ...(await doors()),
  ];
}

/** Who else may write to canonical repositories, as the gateway finds out: it has the token. */
async function doors(): Promise<readonly Finding[]> {
  try {
    return doorFindings(await connectGateway()<readonly Door[]>('/api/v1/doors'));
  } catch (error) {
    const why = error instanceof ExplainedError ? error.explanation.what : String(error);
    return [{ part: 'doors', verdict: 'down', version: '', detail: `unknown: ${why}` }];
  }
}

function gitFinding(): Finding {
  try {
    const version = execFileSync('git', ['--version'], { encoding: 'utf8' })
      .replace('git version', '')
      .trim();
    return { part: 'git', verdict: 'ok', version, detail: 'on PATH' };
  } catch {
    return { part: 'git', verdict: 'missing', version: '', detail: 'install git 2.38 or later' };
  }
}

async function temporalFinding(home: string): Promise<Finding> {
  const address = process.env['TEMPORAL_ADDRESS'];
  if (address !== undefined)
    return { part: 'Temporal', verdict: 'ok', version: '', detail: `TEMPORAL_ADDRESS names ${address}` };
  const path = findTemporalBinary();
  if (path === undefined)
    return {
      part: 'Temporal',
      verdict: 'down',
      version: '',
      detail: '`signalbox up` downloads or builds it; or set TEMPORAL_ADDRESS',
    };
  const running = readRunFile({ home, name: 'temporal' });
  return running === undefined
    ? { part: 'Temporal', verdict: 'down', version: '', detail: `${path}; start it with \`signalbox up\`` }
    : { part: 'Temporal', verdict: 'ok', version: `pid ${running.pid}`, detail: path };
}

function databaseFinding(home: string): Finding {
  if ((process.env['DATABASE_URL'] ?? '') !== '')
    return { part: 'PostgreSQL', verdict: 'ok', version: '', detail: 'DATABASE_URL names it' };
  const running = readRunFile({ home, name: 'postgres' });
  return running === undefined
    ? { part: 'PostgreSQL', verdict: 'down', version: '', detail: 'embedded; start it with `signalbox up`' }
    : { part: 'PostgreSQL', verdict: 'ok', version: `pid ${running.pid}`, detail: 'embedded' };
}

function secretsFinding(home: string): Finding {
  const { folder, payloadKeys } = secretFiles(process.env['SIGNALBOX_SECRETS'] ?? `${home}/secrets`);
  return existsSync(payloadKeys)
    ? { part: 'secrets', verdict: 'ok', version: '', detail: folder }
    : { part: 'secrets', verdict: 'down', version: '', detail: '`signalbox up` makes them' };
}

function localUrl(home: string, name: PortName): string | undefined {
  const port = rememberedPorts(home)[name];
  return port === undefined ? undefined : `http://127.0.0.1:${port}`;
}

async function answering(part: string, url: string | undefined, path: string): Promise<Finding> {
  const down: Finding = { part, verdict: 'down', version: '', detail: 'start it with `signalbox up`' };
  if (url === undefined) return down;
  try {
    const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(3_000) });
    const body = (await response.json().catch(() => ({}))) as { version?: string };
    return { part, verdict: response.ok ? 'ok' : 'down', version: body.version ?? '', detail: url };
  } catch {
    return { ...down, detail: `${url} does not answer; ${down.detail}` };
  }
}
