import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { BoardedFix } from '../../domain/fix/fix-board';
import type { Verdict } from '../../domain/verdict';
import { fixBoardLines, fixLines } from '../fix-text';
import { connectGateway } from '../gateway-client';
import type { Terminal } from '../terminal';

interface Json {
  readonly json?: true;
}

/** Commands about fixes, under embargo and public. All of them ask the gateway. */
export function fixCommands(program: Command, terminal: Terminal): void {
  const fix = program
    .command('fix')
    .description('where every fix stands in each minor; those under embargo for their audience alone');
  fix
    .command('list')
    .description('every fix: its state in each minor of each project, why, who acts, until when')
    .option('--all', 'those of which nothing is to come, too')
    .option('--json', 'print JSON')
    .action(async ({ all, json }: Json & { all?: true }) => {
      const fixes = await connectGateway()<readonly BoardedFix[]>(
        `/api/v1/fixes${all === undefined ? '' : '?all=true'}`,
      );
      if (json === true) return terminal.json({ fixes });
      if (fixes.length === 0) terminal.print('No fix is open that you may know of.');
      for (const line of fixLines(fixes, terminal.paint)) terminal.print(line);
    });
  fix
    .command('board')
    .description('fix by project by minor, at a glance')
    .argument('[patch]', 'e.g. patch:7: what it has and what it left out; everything open by default')
    .option('--json', 'print JSON')
    .action(async (patch: string | undefined, { json }: Json) => {
      const query = patch === undefined ? '' : `?release=${encodeURIComponent(patch)}`;
      const fixes = await connectGateway()<readonly BoardedFix[]>(`/api/v1/fixes${query}`);
      if (json === true) return terminal.json({ fixes });
      if (fixes.length === 0)
        terminal.print(
          patch === undefined ? 'No fix is open that you may know of.' : `Nothing to see of ${patch}.`,
        );
      for (const line of fixBoardLines(fixes, terminal.paint)) terminal.print(line);
    });
  decideCommand(fix, {
    act: 'pull',
    description: 'nothing takes it; what has it is composed again without it',
    terminal,
  });
  decideCommand(fix, { act: 'return', description: 'whatever it is ready for may take it again', terminal });
  acceptRevertCommand(fix, terminal);
}

function acceptRevertCommand(fix: Command, terminal: Terminal): void {
  fix
    .command('accept-revert')
    .description('versions may be published without a disclosed fix that a commit takes back')
    .argument('<project>', 'as signalbox.yaml names it')
    .argument('<commit>', 'as `fix list` names it')
    .requiredOption('--reason <sentence>', 'why; the audience of the fix reads it with your name')
    .option('--key <key>', 'the same key given again does it once')
    .option('--json', 'print JSON')
    .action(async (project: string, commit: string, { reason, key, json }: DecideOptions) => {
      const path = `/api/v1/reverts/${encodeURIComponent(project)}/${encodeURIComponent(commit)}/decisions`;
      const body = { kind: 'accept', reason };
      const answer = await connectGateway()<{ readonly verdict: Verdict }>(path, {
        method: 'POST',
        idempotencyKey: key ?? randomUUID(),
        body,
      });
      if (json === true) return terminal.json(answer);
      terminal.print(answer.verdict.sentence);
    });
}

interface DecideOptions extends Json {
  readonly reason: string;
  readonly key?: string;
}

interface DecideCommand {
  readonly act: 'pull' | 'return';
  readonly description: string;
  readonly terminal: Terminal;
}

function decideCommand(fix: Command, { act, description, terminal }: DecideCommand): void {
  fix
    .command(act)
    .description(description)
    .argument('<id>', 'as `fix list` names it: embargo:…')
    .requiredOption('--reason <sentence>', 'why; its audience reads it with your name')
    .option('--key <key>', 'the same key given again does it once')
    .option('--json', 'print JSON')
    .action(async (id: string, { reason, key, json }: DecideOptions) => {
      const answer = await connectGateway()<{ readonly accepted: boolean; readonly verdict: Verdict }>(
        `/api/v1/fixes/${encodeURIComponent(id)}/decisions`,
        { method: 'POST', idempotencyKey: key ?? randomUUID(), body: { kind: act, reason } },
      );
      if (json === true) return terminal.json(answer);
      terminal.print(answer.verdict.sentence);
    });
}
