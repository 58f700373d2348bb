import { randomUUID } from 'node:crypto';
import { Option, type Command } from 'commander';
import { connectGateway } from '../gateway-client';
import { WrongUsage, type Terminal } from '../terminal';
import {
  addInternalOptions,
  internalRequestOf,
  refuseInternalOptions,
  type InternalOptions,
} from './internal-release';

/** What `release start patch` takes besides minors. */
interface PatchOptions {
  readonly type?: string;
  readonly exception?: string;
}

interface StartOptions extends InternalOptions, PatchOptions {
  readonly key?: string;
  readonly json?: true;
}

const EXAMPLES = [
  '\nExamples:',
  '  signalbox release start monthly 18.7',
  '  signalbox release start patch 18.6 18.5 18.4',
  '  signalbox release start internal 18.5 18.4 --incident production#2880 \\',
  '    --severity S1 --fix embargo:k3v9x0q2ab --engineering-manager emma \\',
  "    --impact 'Tokens of tenants can be guessed.'",
];

export function startCommand(release: Command, terminal: Terminal): void {
  const start = release
    .command('start')
    .description('start a release; it runs by itself and asks only where policy wants an approval')
    .argument('<kind>', 'monthly, patch or internal')
    .argument('<minor...>', 'a monthly has one minor (18.7), the others one or more (18.6 18.5)')
    .addOption(
      new Option('--type <type>', 'of a patch; planned unless said').choices([
        'planned',
        'critical',
        'out-of-band',
      ]),
    )
    .option('--exception <url>', 'of an out-of-band patch: its approved request')
    .option('--key <key>', 'the same key given again starts nothing new')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES.join('\n'))
    .action(async (kind: string, minors: readonly string[], { key, json, ...options }: StartOptions) => {
      const { path, body } = orderOf(kind, minors, options);
      const answer = await connectGateway()<{ id: string }>(path, {
        method: 'POST',
        idempotencyKey: key ?? randomUUID(),
        body,
      });
      if (json === true) return terminal.json(answer);
      terminal.print(`Started ${answer.id}. Watch it: signalbox release show ${answer.id}`);
    });
  addInternalOptions(start);
}

interface Order {
  readonly path: string;
  readonly body: object;
}

/** @throws WrongUsage for a kind that there is none of, and for what says nothing about the kind */
function orderOf(kind: string, minors: readonly string[], options: InternalOptions & PatchOptions): Order {
  const { type, exception, ...internal } = options;
  if (!['monthly', 'patch', 'internal'].includes(kind))
    throw usage(`${kind} is no kind of release`, 'Name monthly, patch or internal');
  if (kind !== 'internal') refuseInternalOptions(kind, internal);
  if (kind !== 'patch') refusePatchOptions(kind, { type, exception });
  if (kind === 'internal')
    return { path: '/api/v1/internal-releases', body: internalRequestOf(minors, internal) };
  return {
    path: '/api/v1/releases',
    body: kind === 'patch' ? { kind, minors, type, exception } : { kind, minor: onlyMinor(minors) },
  };
}

function refusePatchOptions(kind: string, options: Readonly<Record<keyof PatchOptions, unknown>>): void {
  const given = (['type', 'exception'] as const).find((name) => options[name] !== undefined);
  if (given !== undefined)
    throw usage(
      `--${given} says nothing about ${kind === 'internal' ? 'an' : 'a'} ${kind} release`,
      'Leave it out, or start a patch',
    );
}

function onlyMinor([minor, ...others]: readonly string[]): string | undefined {
  if (others.length > 0) throw usage('a monthly release has one minor', `Give ${minor} alone`);
  return minor;
}

function usage(what: string, remedy: string): WrongUsage {
  return new WrongUsage({ where: 'signalbox release start', what, remedy });
}
