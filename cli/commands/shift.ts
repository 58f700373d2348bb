import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { DateTime } from 'luxon';
import type { HandOverItem } from '../../domain/shift/hand-over';
import type { WantedShift } from '../../domain/shift/revise-roster';
import { connectGateway } from '../gateway-client';
import {
  handOverText,
  revisedShiftText,
  rosterText,
  type RevisedShift,
  type ShownRoster,
} from '../shift-text';
import { WrongUsage, type Terminal } from '../terminal';

interface Json {
  readonly json?: true;
}

interface AskedShift extends Json {
  readonly who: string;
  readonly from: string;
  readonly until: string;
  readonly zone: string;
  readonly shift?: string;
  readonly reason: string;
}

/** Who manages releases from when to when. All of it asks the gateway. */
export function shiftCommands(program: Command, terminal: Terminal): void {
  const shift = program.command('shift').description('who manages releases from when to when');
  shift
    .command('show')
    .description('who is on shift, who is next, and where nobody or more than one shift is')
    .option('--json', 'print JSON')
    .action(async ({ json }: Json) => {
      const told = await connectGateway()<ShownRoster>('/api/v1/shifts');
      if (json === true) return terminal.json(told);
      for (const line of rosterText(told, terminal.paint)) terminal.print(line);
    });
  shift
    .command('set')
    .description('set a shift, or change one that is not over')
    .requiredOption('--who <people>', 'ids with commas between: maria,erik')
    .requiredOption('--from <time>', 'such as 2026-12-07 or 2026-12-07T09:00, in the zone')
    .requiredOption('--until <time>', 'the first instant that is not of it')
    .option('--zone <name>', 'in which they count their days', 'UTC')
    .option('--shift <id>', 'the one that is changed: shift:3; by default a new one is set')
    .option('--reason <sentence>', 'why, for everybody to read', 'Planned.')
    .option('--json', 'print JSON')
    .action((asked: AskedShift) => revise(wantedOf(asked), { ...asked, terminal }));
  shift
    .command('cancel')
    .description('cancel a shift; it stays to be seen as cancelled')
    .argument('<shift>', 'as `shift show` names it: shift:3')
    .requiredOption('--reason <sentence>', 'why, for everybody to read')
    .option('--json', 'print JSON')
    .action((id: string, asked: Json & { readonly reason: string }) =>
      revise({ kind: 'cancel', shift: id, reason: asked.reason }, { ...asked, terminal }),
    );
  shift
    .command('hand-over')
    .description('what waits for people, to be handed to whoever comes on shift')
    .option('--json', 'print JSON')
    .action(async ({ json }: Json) => {
      const items = await connectGateway()<readonly HandOverItem[]>('/api/v1/hand-over');
      if (json === true) return terminal.json({ items });
      for (const line of handOverText(items, terminal.paint)) terminal.print(line);
    });
}

function wantedOf({ who, from, until, zone, shift, reason }: AskedShift): WantedShift {
  return {
    kind: 'set',
    ...(shift === undefined ? {} : { shift }),
    people: who.split(',').map((one) => one.trim()),
    from: instantIn(zone, { option: '--from', text: from }),
    until: instantIn(zone, { option: '--until', text: until }),
    zone,
    reason,
  };
}

function instantIn(
  zone: string,
  { option, text }: { readonly option: string; readonly text: string },
): string {
  const instant = DateTime.fromISO(text, { zone });
  if (instant.isValid) return instant.toISO();
  throw new WrongUsage({
    where: `${option} ${text}`,
    what: `it is no time in the zone ${zone}`,
    remedy: 'Write a time such as 2026-12-07T09:00 and a zone such as Europe/Berlin.',
  });
}

async function revise(
  wanted: WantedShift,
  { json, terminal }: Json & { readonly terminal: Terminal },
): Promise<void> {
  const answer = await connectGateway()<RevisedShift>('/api/v1/shifts/revisions', {
    method: 'POST',
    body: wanted,
    idempotencyKey: randomUUID(),
  });
  if (json === true) return terminal.json(answer);
  for (const line of revisedShiftText(answer)) terminal.print(line);
}
