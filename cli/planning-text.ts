import type { CalendarAdvice } from '../domain/planning/advise';
import type { Advice } from '../domain/planning/advice';
import { namedMeasures, type NamedMeasure } from '../domain/planning/measures';
import { fixesToTell, type MeasuredFix, type SloReport, type SloRow } from '../domain/planning/slo-report';
import { withinText } from '../domain/planning/within-text';
import type { Paint } from './demo/board';
import { fitted } from './fitted';
import { minute } from './minute';
import { wrapped } from './wrapped';

const VERDICTS = {
  confirm: 'confirmed',
  pull_forward: 'pull forward',
  critical_patch: 'critical patch',
  warn: 'warning',
} as const;

/** The advice on each fix, and on what else has a deadline: the verdict, why, and the command of whoever has to act. */
export function adviceLines({ advice }: CalendarAdvice, paint: Paint): readonly string[] {
  if (advice.length === 0) return ['Nothing that you may know of waits with a deadline.'];
  return advice.flatMap((one) => [headOf(one, paint), ...wrapped(one.sentence, '  '), ...commandOf(one)]);
}

function headOf({ id, verdict, whoActs }: Advice, paint: Paint): string {
  const told = verdict === 'confirm' ? paint.green(VERDICTS[verdict]) : paint.yellow(VERDICTS[verdict]);
  return `${paint.bold(id)}  ${told}${whoActs === undefined ? '' : `, ${whoActs} acts`}`;
}

/** As it is copied into a terminal: what is too long for one line goes on in the next. */
function commandOf({ command }: Advice): readonly string[] {
  if (command === undefined) return [];
  return `  ${command.replace(' --reason ', ' \\\n    --reason ')}`.split('\n');
}

/** A table of promises, then every fix that has missed one or is at risk, then what is measured beside them. */
export function sloLines(report: SloReport, paint: Paint): readonly string[] {
  return [
    ...promiseLines(report, paint),
    '',
    ...namedMeasures(report.measures).flatMap((one) => measureLines(one, paint)),
  ];
}

function promiseLines(report: SloReport, paint: Paint): readonly string[] {
  const { rows } = report;
  if (rows.length === 0) return ['No deadline is configured: `deadlines` in signalbox.yaml.'];
  const told = fixesToTell(report);
  const header = ['promise'.padEnd(NAME_WIDTH), 'within', 'met', 'missed', 'at risk', 'open'];
  return [
    paint.dim(columns(header)),
    ...rows.map((row) => rowLine(row, paint)),
    ...(told.length === 0 ? [] : ['', ...told.map((one) => fixLine(one, paint))]),
  ];
}

const NAME_WIDTH = 30;
const NUMBER_WIDTH = 9;

function columns([name = '', ...numbers]: readonly string[]): string {
  return [name.padEnd(NAME_WIDTH), ...numbers.map((number) => number.padStart(NUMBER_WIDTH))].join('');
}

function rowLine({ kind, grade, promise, withinMs, ...counts }: SloRow, paint: Paint): string {
  const { met, missed, at_risk: atRisk, open } = counts;
  const line = columns([
    `${kind} ${grade}, ${promise}`,
    withinText(withinMs),
    ...[met, missed, atRisk, open].map(String),
  ]);
  return missed + atRisk > 0 ? paint.yellow(line) : line;
}

function fixLine({ id, grade, promise, dueAt, doneAt, standing }: MeasuredFix, paint: Paint): string {
  const is = standing === 'missed' ? paint.red('missed') : paint.yellow('at risk');
  const done = doneAt === undefined ? '' : `, done ${minute(doneAt)}`;
  return `${fitted(`${id} ${grade}`, NAME_WIDTH - 2)}: ${promise} by ${minute(dueAt)}${done}: ${is}`;
}

const MEASURE_COLOURS = { kept: 'green', at_risk: 'yellow', broken: 'red', unmeasured: 'dim' } as const;

function measureLines(
  { name, standing, sentence, measuredAt }: NamedMeasure,
  paint: Paint,
): readonly string[] {
  const is = paint[MEASURE_COLOURS[standing]](standing.replace('_', ' '));
  const as = measuredAt === undefined ? '' : `, as of ${minute(measuredAt)}`;
  return [`${paint.bold(name)}  ${is}${as}`, ...wrapped(sentence, '  ')];
}
