import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { ReleaseStatus } from '../../domain/release/release';
import { connectGateway } from '../gateway-client';
import { handOverCommand } from './internal-release';
import { releaseLines, releaseTable, type ReleaseRow, type ShownRelease } from '../release-text';
import type { Terminal } from '../terminal';
import { rehearsalCommands } from './rehearsal';
import { startCommand } from './start-release';
import { whatIfCommand } from './what-if';

interface Json {
  readonly json?: true;
}

/** Commands about releases. All of them ask the gateway. */
export function releaseCommands(program: Command, terminal: Terminal): void {
  program
    .command('status')
    .description('which releases are under way, or which one carries a version')
    .argument('[version]', 'e.g. 18.6.2')
    .option('--json', 'print JSON')
    .action(async (version: string | undefined, { json }: Json) => {
      const gateway = connectGateway();
      if (version !== undefined) return showVersion({ version, json, terminal });
      const releases = await gateway<readonly ReleaseRow[]>('/api/v1/releases');
      if (json === true) return terminal.json({ releases });
      if (releases.length === 0)
        terminal.print('No release yet. `signalbox release start --help` starts one.');
      for (const line of releaseTable(releases, terminal.paint)) terminal.print(line);
    });
  const release = program.command('release').description('start, watch and decide about releases');
  startCommand(release, terminal);
  showCommands(release, terminal);
  whatIfCommand(release, terminal);
  rehearsalCommands(release, terminal);
  decisionCommands(release, terminal);
  handOverCommand(release, terminal);
  withdrawCommand(release, terminal);
}

interface VersionAsked {
  readonly version: string;
  readonly json: true | undefined;
  readonly terminal: Terminal;
}

async function showVersion({ version, json, terminal }: VersionAsked): Promise<void> {
  const path = `/api/v1/status?version=${encodeURIComponent(version)}`;
  const answer = await connectGateway()<{ version: string; sentence: string }>(path);
  if (json === true) return terminal.json(answer);
  terminal.print(answer.sentence);
}

function showCommands(release: Command, terminal: Terminal): void {
  release
    .command('plan')
    .description('what a release would do; nothing is done')
    .argument('<kind>', 'monthly, patch or internal')
    .argument('<minor...>', 'as for start')
    .option('--dry-run', 'the only way there is', true)
    .option('--json', 'print JSON')
    .action(async (kind: string, minors: readonly string[], { json }: Json) => {
      const query = new URLSearchParams(
        kind === 'monthly' ? { kind, minor: minors[0] ?? '' } : { kind, minors: minors.join(',') },
      );
      const plan = await connectGateway()<Plan>(`/api/v1/plan?${query.toString()}`);
      if (json === true) return terminal.json(plan);
      for (const line of planLines(plan)) terminal.print(line);
    });
  release
    .command('show')
    .description('state of a release: what, since when, waiting for whom, what next')
    .argument('<id>', 'e.g. patch:7, monthly:18.7 or internal:k3v9x0q2ab')
    .option('--json', 'print JSON')
    .action(async (id: string, { json }: Json) => {
      const status = await connectGateway()<ShownRelease>(`/api/v1/releases/${encodeURIComponent(id)}`);
      if (json === true) return terminal.json(status);
      for (const line of releaseLines(status, terminal.paint)) terminal.print(line);
    });
}

interface Plan {
  readonly versions: readonly {
    readonly version: string;
    readonly projects: readonly {
      readonly project: string;
      readonly tags: readonly string[];
      readonly stableBranch: string;
    }[];
  }[];
  readonly milestones: readonly string[];
  readonly approvals: readonly { readonly before: string; readonly roles: readonly string[] }[];
}

function planLines({ versions, approvals }: Plan): readonly string[] {
  return [
    ...versions.flatMap(({ version, projects }) => [
      version,
      ...projects.map(
        ({ project, tags, stableBranch }) =>
          `  ${project.padEnd(16)} ${tags.join(', ') || '-'}  on ${stableBranch}`,
      ),
    ]),
    ...approvals.map(
      ({ before, roles }) =>
        `${roles.join(' or ')} has to approve before it is ${before.replaceAll('_', ' ')}`,
    ),
    'Nothing was done.',
  ];
}

/** Of what stands in the record of the release; of an internal one everybody in its audience reads it. */
const READ_BY_ALL = 'why; whoever sees the release reads it';
const DECISIONS = [
  { name: 'approve', why: READ_BY_ALL, description: 'approve the milestone that the release waits for' },
  { name: 'hold', why: READ_BY_ALL, description: 'stop the release before its next milestone' },
  { name: 'resume', why: READ_BY_ALL, description: 'end the hold, or with --step try a failed step again' },
  {
    name: 'recut',
    why: 'why; kept with your name, and shown to nobody',
    description: 'cut versions again from what there is now, under other numbers',
  },
  {
    name: 'abort',
    why: READ_BY_ALL,
    description: 'take back everything that is not public, and end the release',
  },
] as const;

interface DecisionOptions extends Json {
  readonly reason: string;
  readonly before?: string;
  readonly until?: string;
  readonly step?: string;
  readonly minor?: readonly string[];
}

function decisionCommands(release: Command, terminal: Terminal): void {
  for (const { name, why, description } of DECISIONS) {
    const command = release
      .command(name)
      .description(description)
      .argument('<id>', 'e.g. patch:7')
      .requiredOption('--reason <sentence>', why)
      .option('--json', 'print JSON');
    if (name === 'approve')
      command.option('--before <milestone>', 'e.g. published; by default the one that is waited for');
    if (name === 'hold') command.option('--until <instant>', 'ISO 8601; by default as configured');
    if (name === 'resume') command.option('--step <step>', 'the failed step, as `release show` names it');
    if (name === 'recut') command.option('--minor <minor...>', 'of these minors; by default all of them');
    command.action((id: string, options: DecisionOptions) => decide(terminal, { id, kind: name, options }));
  }
}

function withdrawCommand(release: Command, terminal: Terminal): void {
  release
    .command('withdraw')
    .description('take a published version out of use: it stays, marked, and its successor is started')
    .argument('<version>', 'e.g. 18.6.2')
    .requiredOption('--reason <sentence>', 'why; everybody reads it')
    .option('--key <key>', 'the same key given again does it once')
    .option('--json', 'print JSON')
    .action(async (version: string, { reason, key, json }: Json & { reason: string; key?: string }) => {
      const path = `/api/v1/versions/${encodeURIComponent(version)}/withdrawal`;
      const answer = await connectGateway()<{ accepted: boolean; sentence: string }>(path, {
        method: 'POST',
        idempotencyKey: key ?? randomUUID(),
        body: { reason },
      });
      if (json === true) return terminal.json(answer);
      terminal.print(answer.sentence);
    });
}

interface Deciding {
  readonly id: string;
  readonly kind: string;
  readonly options: DecisionOptions;
}

async function decide(terminal: Terminal, { id, kind, options }: Deciding): Promise<void> {
  const gateway = connectGateway();
  const path = `/api/v1/releases/${encodeURIComponent(id)}`;
  const { reason, before, until, step, minor: minors } = options;
  const milestone =
    kind === 'approve' ? (before ?? (await gateway<ReleaseStatus>(path)).next?.milestone) : undefined;
  const answer = await gateway<{ accepted: boolean; sentence: string }>(`${path}/decisions`, {
    method: 'POST',
    idempotencyKey: randomUUID(),
    body: { kind, reason, minors, ...defined({ before: milestone, until, step }) },
  });
  if (options.json === true) return terminal.json(answer);
  terminal.print(answer.sentence);
}

function defined(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
