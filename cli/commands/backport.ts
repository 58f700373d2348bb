import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { backportLines, type ShownBackports } from '../backport-text';
import { connectGateway } from '../gateway-client';
import { WrongUsage, type Terminal } from '../terminal';

interface Json {
  readonly json?: true;
}

interface StatusOptions extends Json {
  readonly team?: string;
  readonly all?: true;
}

/** Commands about backports of public fixes. All of them ask the gateway. */
export function backportCommands(program: Command, terminal: Terminal): void {
  const backport = program
    .command('backport')
    .description('which minors still owe which changes, and what is the matter with each');
  backport
    .command('status')
    .description('changes with open backports, and the figures of each team')
    .argument('[project]', 'e.g. gitlab; all of them by default')
    .option('--team <name>', 'of one team alone, as its label names it without the prefix')
    .option('--all', 'changes whose backports are settled, too')
    .option('--json', 'print JSON')
    .action(async (project: string | undefined, { team, all, json }: StatusOptions) => {
      const query = new URLSearchParams({
        ...(project === undefined ? {} : { project }),
        ...(team === undefined ? {} : { team }),
        ...(all === undefined ? {} : { all: 'true' }),
      });
      const shown = await connectGateway()<ShownBackports>(`/api/v1/backports?${query.toString()}`);
      if (json === true) return terminal.json(shown);
      if (shown.changes.length === 0) terminal.print('No backport is open.');
      for (const line of backportLines(shown, terminal.paint)) terminal.print(line);
    });
  backport
    .command('decline')
    .description('decide that a minor does not get a change')
    .argument('<change>', 'e.g. gitlab!1234')
    .argument('<minor>', 'e.g. 18.4')
    .requiredOption('--reason <sentence>', 'why; it is kept with your name, and the author reads it')
    .option('--json', 'print JSON')
    .action(async (change: string, minor: string, { reason, json }: Json & { reason: string }) => {
      const path = `/api/v1/backports/${pathOf(change)}/decisions`;
      const answer = await connectGateway()<{ accepted: boolean; sentence: string }>(path, {
        method: 'POST',
        idempotencyKey: randomUUID(),
        body: { kind: 'decline', minor, reason },
      });
      if (json === true) return terminal.json(answer);
      terminal.print(answer.sentence);
    });
}

/** `gitlab/1234` of `gitlab!1234`. */
export function pathOf(change: string): string {
  const [, project, iid] = /^([^!]+)!([1-9]\d*)$/.exec(change) ?? [];
  if (project !== undefined) return `${encodeURIComponent(project)}/${iid}`;
  throw new WrongUsage({
    where: 'signalbox backport decline',
    what: `${change} names no change`,
    remedy: 'Name the project and the merge request: gitlab!1234',
  });
}
