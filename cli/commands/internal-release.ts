import { randomUUID } from 'node:crypto';
import { Option, type Command } from 'commander';
import { SEVERITIES } from '../../domain/embargo/embargo';
import { INSTALLED_STATES } from '../../domain/internal/hand-over';
import { connectGateway } from '../gateway-client';
import { WrongUsage, type Terminal } from '../terminal';

/** What `release start internal` takes besides minors. */
export interface InternalOptions {
  readonly incident?: string;
  readonly severity?: string;
  readonly fix?: readonly string[];
  readonly impact?: string;
  readonly engineeringManager?: string;
  readonly installation?: readonly string[];
  readonly within?: string;
}

const REQUIRED = {
  incident: '--incident',
  severity: '--severity',
  fix: '--fix',
  impact: '--impact',
  engineeringManager: '--engineering-manager',
} as const satisfies Partial<Record<keyof InternalOptions, string>>;

export function addInternalOptions(start: Command): void {
  start
    .option('--incident <name>', 'internal: the incident that was declared')
    .addOption(
      new Option('--severity <severity>', 'internal: S1 or S2; the rest waits for a patch').choices([
        ...SEVERITIES,
      ]),
    )
    .option('--fix <embargo...>', 'internal: embargoes whose fixes are in it')
    .option('--impact <sentence>', 'internal: what the incident does to installations')
    .option('--engineering-manager <person>', 'internal: of the area; approves first')
    .option('--installation <name...>', 'internal: who gets it; all by default')
    .option('--within <hours>', 'internal: time to install and verify it');
}

/** @throws WrongUsage that names what is missing, or what is for internal releases alone */
export function refuseInternalOptions(kind: string, options: InternalOptions): void {
  const given = Object.keys({ ...REQUIRED, installation: '', within: '' }).find(
    (name) => options[name as keyof InternalOptions] !== undefined,
  );
  if (given === undefined) return;
  throw wrong(
    `${flagOf(given)} says nothing about a ${kind} release`,
    'Leave it out, or start an internal one',
  );
}

/** The request as the gateway reads it. @throws WrongUsage */
export function internalRequestOf(minors: readonly string[], options: InternalOptions): object {
  const missing = Object.entries(REQUIRED).find(
    ([name]) => options[name as keyof InternalOptions] === undefined,
  );
  if (missing !== undefined)
    throw wrong(`${missing[1]} is missing`, 'See `signalbox release start --help` for an example');
  const { incident, severity, fix, impact, engineeringManager, installation, within } = options;
  return {
    minors,
    incident,
    severity,
    fixes: fix,
    impact,
    engineeringManager,
    ...(installation === undefined ? {} : { installations: installation }),
    ...(within === undefined ? {} : { acknowledgeWithinMs: milliseconds(within) }),
  };
}

const AN_HOUR_MS = 60 * 60_000;

function milliseconds(hours: string): number {
  const count = Number(hours.replace(/h$/, ''));
  if (Number.isFinite(count) && count > 0) return Math.round(count * AN_HOUR_MS);
  throw wrong(`--within ${hours} is no number of hours`, 'Write it as 8 or 8h');
}

function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function wrong(what: string, remedy: string): WrongUsage {
  return new WrongUsage({ where: 'signalbox release start', what, remedy });
}

interface HandOverOptions {
  readonly installation: string;
  readonly state: string;
  readonly reason: string;
  readonly json?: true;
}

export function handOverCommand(release: Command, terminal: Terminal): void {
  release
    .command('hand-over')
    .description('say how far an installation is with an internal release')
    .argument('<id>', 'as `release start internal` has printed it')
    .requiredOption('--installation <name>', 'as `release show` names it')
    .addOption(
      new Option('--state <state>', 'what is true of it now; installed comes first')
        .choices([...INSTALLED_STATES])
        .makeOptionMandatory(),
    )
    .requiredOption('--reason <sentence>', 'how it is known; kept with your name')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      "\nExample:\n  signalbox release hand-over internal:k3v9x0q2ab \\\n    --installation dedicated-north --state verified --reason 'Probed, safe.'",
    )
    .action(async (id: string, { installation, state, reason, json }: HandOverOptions) => {
      const path = `/api/v1/releases/${encodeURIComponent(id)}/decisions`;
      const answer = await connectGateway()<{ readonly accepted: boolean; readonly sentence: string }>(path, {
        method: 'POST',
        idempotencyKey: randomUUID(),
        body: { kind: 'handOver', installation, state, reason },
      });
      if (json === true) return terminal.json(answer);
      terminal.print(answer.sentence);
    });
}
