import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { feedOf, iCalendarText } from '../../domain/calendar/icalendar';
import type { KeeperStatus } from '../../domain/calendar/keeper-status';
import type { PublishedCalendar, Revised, WantedRevision } from '../../domain/calendar/wanted-revision';
import { startsText } from '../calendar-starts-text';
import { publishedText, revisedText } from '../calendar-text';
import { mergeByText, type ShownMergeBy } from '../merge-by-text';
import type { CalendarAdvice } from '../../domain/planning/advise';
import { connectGateway } from '../gateway-client';
import { adviceLines } from '../planning-text';
import type { Terminal } from '../terminal';

interface Json {
  readonly json?: true;
}

interface Shown extends Json {
  readonly ics?: true;
  readonly host?: string;
}

/** Commands about the calendar that was published. All of them ask the gateway. */
export function publishedCalendarCommands(calendar: Command, terminal: Terminal): void {
  calendar
    .command('show')
    .description('the published calendar: what is to come, and every change of it')
    .option('--json', 'print JSON')
    .option('--ics', 'all of it as iCalendar, on stdout')
    .option('--host <name>', 'as for export')
    .action((asked: Shown) => show(asked, terminal));
  calendar
    .command('merge-by')
    .description('by when a change has to be merged to be in the next release')
    .argument('<project>', 'as signalbox.yaml names it: gitaly')
    .option('--json', 'print JSON')
    .action((project: string, asked: Json) => showMergeBy(project, { ...asked, terminal }));
  calendar
    .command('advise')
    .description('whether each fix is out in time by the published calendar, and what would make it so')
    .option('--json', 'print JSON')
    .action((asked: Json) => advised(asked, terminal));
  changing(calendar, {
    name: 'publish',
    what: 'publish what is planned until a day; what is published is not moved',
  })
    .requiredOption('--until <day>', 'such as 2028-11-30')
    .option('--reason <sentence>', 'why, for everybody to read', 'Planned by the rules.')
    .action((asked: Json & { readonly until: string; readonly reason: string }) => {
      const { until, reason } = asked;
      return revise({ kind: 'publish', until, reason }, { ...asked, terminal });
    });
  changing(calendar, { name: 'move', what: 'move a release, or one of its milestones, to another day' })
    .argument('<release>', 'as `calendar show` names it: monthly:19.7, patch:2026-12-09')
    .requiredOption('--to <day>', 'such as 2026-12-18; the time of the day stays')
    .option(
      '--milestone <name>',
      'this one alone; by default the publication with all before it',
      'published',
    )
    .option('--reason <sentence>', REASON)
    .action((release: string, { to: day, ...asked }: AskedMove) =>
      revise(
        { kind: 'move', release, day, milestone: asked.milestone, reason: asked.reason },
        { ...asked, terminal },
      ),
    );
  changing(calendar, { name: 'cancel', what: 'cancel a release; it stays to be seen as cancelled' })
    .argument('<release>', 'as `calendar show` names it')
    .option('--reason <sentence>', REASON)
    .action((release: string, asked: Json & { readonly reason?: string }) =>
      revise({ kind: 'cancel', release, reason: asked.reason }, { ...asked, terminal }),
    );
}

const REASON = 'why, for everybody to read; without it nothing is done, and what it would break is told';

interface AskedMove extends Json {
  readonly to: string;
  readonly milestone: Extract<WantedRevision, { readonly kind: 'move' }>['milestone'];
  readonly reason?: string;
}

function changing(
  calendar: Command,
  { name, what }: { readonly name: string; readonly what: string },
): Command {
  return calendar.command(name).description(what).option('--json', 'print JSON');
}

async function show({ json, ics, host }: Shown, terminal: Terminal): Promise<void> {
  const { product, ...published } = await connectGateway()<PublishedCalendar & { readonly product: string }>(
    '/api/v1/calendar',
  );
  if (ics === true) return terminal.write(iCalendarText(published.events, feedOf(product, host)));
  if (json === true) return terminal.json({ product, ...published });
  for (const line of publishedText(published, { now: new Date(), paint: terminal.paint }))
    terminal.print(line);
  const starts = await connectGateway()<KeeperStatus>('/api/v1/calendar/starts');
  for (const line of ['', ...startsText(starts)]) terminal.print(line);
}

async function showMergeBy(
  project: string,
  { json, terminal }: Json & { readonly terminal: Terminal },
): Promise<void> {
  const told = await connectGateway()<ShownMergeBy>(
    `/api/v1/projects/${encodeURIComponent(project)}/merge-by`,
  );
  if (json === true) return terminal.json(told);
  for (const line of mergeByText(told, terminal.paint)) terminal.print(line);
}

async function advised({ json }: Json, terminal: Terminal): Promise<void> {
  const advice = await connectGateway()<CalendarAdvice>('/api/v1/calendar/advice');
  if (json === true) return terminal.json(advice);
  for (const line of adviceLines(advice, terminal.paint)) terminal.print(line);
}

async function revise(
  wanted: WantedRevision,
  { json, terminal }: Json & { readonly terminal: Terminal },
): Promise<void> {
  const answer = await connectGateway()<Revised>('/api/v1/calendar/revisions', {
    method: 'POST',
    body: wanted,
    idempotencyKey: randomUUID(),
  });
  if (json === true) return terminal.json(answer);
  for (const line of revisedText(answer)) terminal.print(line);
}
