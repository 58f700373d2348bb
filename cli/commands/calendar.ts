import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { DateTime } from 'luxon';
import { readRules, type Rules } from '../../config/read';
import { differentDates } from '../../domain/calendar/compare-dates';
import { plannedEvents } from '../../domain/calendar/calendar-event';
import { feedOf, iCalendarText } from '../../domain/calendar/icalendar';
import { planCalendar, type CalendarSpan } from '../../domain/calendar/plan-calendar';
import { differenceText, planText, readRealDates } from '../calendar-text';
import { configPath } from '../house';
import { WrongUsage, type Terminal } from '../terminal';
import { publishedCalendarCommands } from './published-calendar';

/** How far a plan looks ahead when nobody says. */
const AHEAD = { months: 6 };
/** What is given to other programs reaches as far as anybody plans. */
const EXPORTED = { months: 24 };

interface Asked {
  readonly config?: string;
  readonly json?: true;
}

interface AskedSpan extends Omit<Asked, 'json'> {
  readonly from?: string;
  readonly to?: string;
  readonly now?: string;
}

type AskedPlan = AskedSpan & Pick<Asked, 'json'>;

interface AskedExport extends AskedSpan {
  readonly host?: string;
}

/** Commands about when releases happen. Those of what is planned read the configuration and nothing else. */
export function calendarCommands(program: Command, terminal: Terminal): void {
  const calendar = program.command('calendar').description('see and say when releases happen');
  plannedCommands(calendar, terminal);
  publishedCalendarCommands(calendar, terminal);
}

function plannedCommands(calendar: Command, terminal: Terminal): void {
  calendar
    .command('plan')
    .description('the milestones of every release between two days, past or to come')
    .option('--config <file>', 'signalbox.yaml; by default SIGNALBOX_CONFIG, else that of the sandbox')
    .option('--from <date>', 'first day, such as 2026-11-01; by default today')
    .option('--to <date>', 'last day; by default six months after the first')
    .option('--now <instant>', 'what counts as past is judged at this instant; by default now')
    .option('--json', 'print one JSON object for each milestone')
    .action((asked: AskedPlan) => plan(asked, terminal));
  calendar
    .command('export')
    .description('the planned milestones between two days as a file for calendars of people')
    .requiredOption('--ics', 'as iCalendar, on stdout')
    .option('--config <file>', 'as above')
    .option('--from <date>', 'first day; by default today')
    .option('--to <date>', 'last day; by default two years after the first')
    .option('--now <instant>', 'when it is exported; by default now')
    .option('--host <name>', 'what makes the ids of events unique; by default the product at signalbox')
    .action((asked: AskedExport) => exportCalendar(asked, terminal));
  calendar
    .command('diff')
    .description('the releases whose final tag was made on another day than planned')
    .requiredOption('--against <file>', 'CSV with the columns version and final_tag_utc')
    .option('--config <file>', 'as above')
    .option('--json', 'print one JSON object for each difference')
    .action((asked: Asked & { readonly against: string }) => diff(asked, terminal));
}

function plan({ json, ...asked }: AskedPlan, terminal: Terminal): void {
  const milestones = planCalendar(spanOf(asked, { rules: rulesOf(asked), ahead: AHEAD }));
  if (json === true) for (const milestone of milestones) terminal.json(milestone);
  else for (const line of planText(milestones, { paint: terminal.paint })) terminal.print(line);
}

function exportCalendar({ host, ...asked }: AskedExport, terminal: Terminal): void {
  const rules = rulesOf(asked);
  const span = spanOf(asked, { rules, ahead: EXPORTED });
  const events = plannedEvents(planCalendar(span), { at: span.now.toISO() });
  terminal.write(iCalendarText(events, feedOf(rules.product.name, host)));
}

function rulesOf({ config }: Asked): Rules {
  return readRules(config ?? configPath());
}

function spanOf(
  { from, to, now }: AskedSpan,
  {
    rules: { calendar: rules, maintenance },
    ahead,
  }: { readonly rules: Rules; readonly ahead: { readonly months: number } },
): CalendarSpan {
  const { zone } = rules;
  const instant = dateOf(now ?? new Date().toISOString(), { option: '--now', zone });
  const first = from === undefined ? instant.startOf('day') : dateOf(from, { option: '--from', zone });
  const last = to === undefined ? first.plus(ahead) : dateOf(to, { option: '--to', zone });
  if (last < first)
    throw new WrongUsage({
      where: `--to ${to}`,
      what: `it is before the first day, ${first.toISODate()}`,
      remedy: 'Give a day that is not before --from.',
    });
  const until = last.startOf('day').plus({ days: 1 });
  return { rules, maintenance, from: first, until, now: instant };
}

function diff({ against, json, ...asked }: Asked & { readonly against: string }, terminal: Terminal): void {
  const { calendar } = rulesOf(asked);
  const real = readRealDates({ file: against, text: readFileSync(against, 'utf8') });
  const differences = differentDates(calendar, real);
  if (json === true) for (const difference of differences) terminal.json(difference);
  else for (const line of differenceText(differences, { of: real.length })) terminal.print(line);
}

function dateOf(
  text: string,
  { option, zone }: { readonly option: string; readonly zone: string },
): DateTime<true> {
  const date = DateTime.fromISO(text, { zone });
  if (date.isValid) return date;
  throw new WrongUsage({
    where: `${option} ${text}`,
    what: 'it is no date of the calendar',
    remedy: 'Write a day such as 2026-11-19.',
  });
}
