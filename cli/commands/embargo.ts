import { randomUUID } from 'node:crypto';
import { Option, type Command } from 'commander';
import { SEVERITIES, type EmbargoMove } from '../../domain/embargo/embargo';
import type { EmbargoDetail, EmbargoTold } from '../../domain/embargo/embargo-detail';
import type { Verdict } from '../../domain/verdict';
import type { LeakReport } from '../../domain/embargo/leak-report';
import { embargoDetailLines, embargoLines } from '../embargo-text';
import { leakLines } from '../leak-text';
import { connectGateway } from '../gateway-client';
import { WrongUsage, type Terminal } from '../terminal';

interface Json {
  readonly json?: true;
}

/** Commands about fixes that nobody may know of yet. All of them ask the gateway. */
export function embargoCommands(program: Command, terminal: Terminal): void {
  const embargo = program
    .command('embargo')
    .description('fixes that nobody may know of yet; you are told of those you are in the audience of');
  openCommand(embargo, terminal);
  embargo
    .command('list')
    .description('the embargoes that you are in the audience of')
    .option('--json', 'print JSON')
    .action(async ({ json }: Json) => {
      const embargoes = await connectGateway()<readonly EmbargoTold[]>('/api/v1/embargoes');
      if (json === true) return terminal.json({ embargoes });
      if (embargoes.length === 0) terminal.print('There is no embargo that you are in the audience of.');
      for (const line of embargoLines(embargoes, terminal.paint)) terminal.print(line);
    });
  embargo
    .command('check')
    .description('where its fix is, what was found of it, and what is missing for what comes next')
    .argument('<id>', 'as `embargo list` names it')
    .option('--json', 'print JSON')
    .action(async (id: string, { json }: Json) => {
      const detail = await connectGateway()<EmbargoDetail>(pathOf(id));
      if (json === true) return terminal.json(detail);
      for (const line of embargoDetailLines(detail, terminal.paint)) terminal.print(line);
    });
  admitCommand(embargo, terminal);
  nameCommand(embargo, terminal);
  leakCommand(embargo, terminal);
  for (const move of MOVES) moveCommand(embargo, { ...move, terminal });
}

function pathOf(id: string): string {
  return `/api/v1/embargoes/${encodeURIComponent(id)}`;
}

interface Opening extends Json {
  readonly owner: string;
  readonly severity: string;
  readonly affects: readonly string[];
  readonly reviewer?: readonly string[];
  readonly operator?: readonly string[];
  readonly notBefore?: string;
  readonly reason: string;
  readonly key?: string;
}

function openCommand(embargo: Command, terminal: Terminal): void {
  embargo
    .command('open')
    .description('put a fix under embargo; prints its id, which means nothing to others')
    .argument('<title>', 'for the audience alone')
    .requiredOption('--owner <person>', 'who sees to it')
    .addOption(
      new Option('--severity <severity>', 'S1 is the gravest').choices([...SEVERITIES]).makeOptionMandatory(),
    )
    .requiredOption('--affects <line=evidence...>', 'each line that has the hole, and how that is known')
    .option('--reviewer <person...>', 'who reviews it')
    .option('--operator <person...>', 'who brings it to managed systems')
    .option('--not-before <instant>', 'ISO 8601: a date agreed on with others')
    .requiredOption('--reason <sentence>', 'why; it is kept with your name')
    .option('--key <key>', 'the same key given again opens nothing new')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      "\nExample:\n  signalbox embargo open 'Tokens can be guessed' --owner ada --severity S1 \\\n    --affects '18.6=introduced by !123' 'default=the same code' --reason 'Reported.'",
    )
    .action(
      async (title: string, { json, key, reviewer, operator, notBefore, affects, ...told }: Opening) => {
        const answer = await connectGateway()<EmbargoTold>('/api/v1/embargoes', {
          method: 'POST',
          idempotencyKey: key ?? randomUUID(),
          body: {
            title,
            ...told,
            affects: affects.map(affectedOf),
            reviewers: reviewer ?? [],
            operators: operator ?? [],
            ...(notBefore === undefined ? {} : { notBefore }),
          },
        });
        if (json === true) return terminal.json(answer);
        terminal.print(
          `Opened ${answer.id}. Push its fix to the security repository, to topic/${answer.id.slice('embargo:'.length)}/<line>.`,
        );
      },
    );
}

function affectedOf(text: string): { readonly line: string; readonly evidence: string } {
  const [, line = '', evidence = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (line !== '') return { line, evidence };
  throw new WrongUsage({
    where: 'signalbox embargo open --affects',
    what: `${text} is no line with its evidence`,
    remedy: "Write it as '18.6=introduced by !123'",
  });
}

function admitCommand(embargo: Command, terminal: Terminal): void {
  embargo
    .command('admit')
    .description('let somebody know of it, or end that: an entry ends by itself')
    .argument('<id>', 'as `embargo list` names it')
    .argument('<person>', 'by id')
    .addOption(
      new Option('--as <part>', 'what for').choices(['owner', 'reviewer', 'operator']).makeOptionMandatory(),
    )
    .requiredOption('--until <instant>', 'ISO 8601; one that is past ends it now')
    .requiredOption('--reason <sentence>', 'why; it is kept with your name')
    .option('--json', 'print JSON')
    .action(
      async (
        id: string,
        person: string,
        { as, until, reason, json }: Json & { as: string; until: string; reason: string },
      ) => {
        const answer = await connectGateway()<EmbargoTold>(`${pathOf(id)}/audience`, {
          method: 'POST',
          idempotencyKey: randomUUID(),
          body: { who: { person }, as, until, reason },
        });
        if (json === true) return terminal.json(answer);
        terminal.print(`${person} may know of ${id} until ${until}.`);
      },
    );
}

interface Naming extends Json {
  readonly title?: string;
  readonly cve?: string;
  readonly reason: string;
}

function nameCommand(embargo: Command, terminal: Terminal): void {
  embargo
    .command('name')
    .description('what it is called in public from its disclosure on; nobody reads it before')
    .argument('<id>', 'as `embargo list` names it')
    .option('--title <title>', 'in the announcement and the advisory')
    .option('--cve <number>', 'such as CVE-2026-12345')
    .requiredOption('--reason <sentence>', 'why; it is kept with your name')
    .option('--json', 'print JSON')
    .action(async (id: string, { title, cve, reason, json }: Naming) => {
      if (title === undefined && cve === undefined)
        throw new WrongUsage({
          where: 'signalbox embargo name',
          what: 'there is nothing to call it',
          remedy: 'Give --title, --cve or both',
        });
      const answer = await connectGateway()<EmbargoTold>(`${pathOf(id)}/public-name`, {
        method: 'POST',
        idempotencyKey: randomUUID(),
        body: {
          reason,
          ...(title === undefined ? {} : { publicTitle: title }),
          ...(cve === undefined ? {} : { cve }),
        },
      });
      if (json === true) return terminal.json(answer);
      const names = [answer.publicTitle, answer.cve].filter((one) => one !== undefined);
      terminal.print(`Once it is disclosed, ${id} is called: ${names.join(', ')}.`);
    });
}

function leakCommand(embargo: Command, terminal: Terminal): void {
  embargo
    .command('compromised')
    .description('it has leaked: close doors, list what is out, and prepare the patch with what is ready')
    .argument('<id>', 'as `embargo list` names it')
    .requiredOption('--reason <sentence>', 'how it is known; it is kept with your name')
    .option('--key <key>', 'the same key given again marks it once')
    .option('--json', 'print JSON')
    .action(async (id: string, { reason, key, json }: Json & { reason: string; key?: string }) => {
      const answer = await connectGateway()<{ readonly verdict: Verdict; readonly report?: LeakReport }>(
        `${pathOf(id)}/leak`,
        { method: 'POST', idempotencyKey: key ?? randomUUID(), body: { reason } },
      );
      if (json === true) return terminal.json(answer);
      terminal.print(answer.verdict.sentence);
      for (const line of leakLines(id, answer.report, terminal.paint)) terminal.print(line);
    });
}

interface MoveCommand {
  readonly name: string;
  readonly move: EmbargoMove;
  readonly description: string;
}

const MOVES: readonly MoveCommand[] = [
  { name: 'fixed', move: 'fix', description: 'every managed system has the fix' },
  { name: 'seal', move: 'seal', description: 'what is to be disclosed stands' },
  { name: 'withdraw', move: 'withdraw', description: 'it is not gone on with; what it holds stays secret' },
  { name: 'declassify', move: 'declassify', description: 'it is no secret, and never was one worth keeping' },
];

function moveCommand(
  embargo: Command,
  { name, move, description, terminal }: MoveCommand & { readonly terminal: Terminal },
): void {
  embargo
    .command(name)
    .description(description)
    .argument('<id>', 'as `embargo list` names it')
    .requiredOption('--reason <sentence>', 'why; it is kept with your name')
    .option('--key <key>', 'the same key given again does it once')
    .option('--json', 'print JSON')
    .action(async (id: string, { reason, key, json }: Json & { reason: string; key?: string }) => {
      const answer = await connectGateway()<{ readonly accepted: boolean; readonly verdict: Verdict }>(
        `${pathOf(id)}/moves`,
        { method: 'POST', idempotencyKey: key ?? randomUUID(), body: { move, reason } },
      );
      if (json === true) return terminal.json(answer);
      terminal.print(answer.verdict.sentence);
    });
}
