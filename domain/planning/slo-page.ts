import { asPlainText } from '../calendar/as-plain-text';
import { toldInstant } from '../calendar/told-instant';
import { markdownTable } from '../markdown-table';
import { namedMeasures, type NamedMeasure } from './measures';
import { fixesToTell, type MeasuredFix, type SloReport, type SloRow } from './slo-report';
import { withinText } from './within-text';

/** Which promises about fixes were kept, as a page of Markdown. Of whom it is for depends what it counts: see {@link SloReport}. */
export function sloPage(report: SloReport, { product }: { readonly product: string }): string {
  const { rows } = report;
  const told = fixesToTell(report);
  return [
    `# Promises about fixes of ${asPlainText(product)}`,
    '',
    'Counted are fixes that are public. One is met that a version which is out has by its deadline, missed where none had it then,',
    'and at risk where a person has to do something so that it is in time.',
    '',
    ...(rows.length === 0 ? ['No deadline is promised.'] : promiseTable(rows)),
    '',
    '## Missed, and at risk',
    '',
    ...(told.length === 0 ? ['None.'] : told.map(fixLine)),
    '',
    '## Measured beside deadlines',
    '',
    ...namedMeasures(report.measures).map(measureLine),
    '',
  ].join('\n');
}

function promiseTable(rows: readonly SloRow[]): readonly string[] {
  const head = ['What', 'Promise', 'Within', 'Met', 'Missed', 'At risk', 'Open'];
  return markdownTable(
    head,
    rows.map(({ kind, grade, promise, withinMs, met, missed, at_risk: atRisk, open }) => [
      `${kind} ${grade}`,
      promise,
      withinText(withinMs),
      ...[met, missed, atRisk, open].map(String),
    ]),
  );
}

function fixLine({ id, grade, promise, dueAt, doneAt, standing }: MeasuredFix): string {
  const done = doneAt === undefined ? '' : `, which it was ${toldInstant(doneAt)}`;
  const how = standing === 'missed' ? 'missed' : 'at risk';
  return `- ${asPlainText(id)} (${grade}): to be ${promise} by ${toldInstant(dueAt)}${done}: ${how}`;
}

function measureLine({ name, standing, sentence, measuredAt }: NamedMeasure): string {
  const as = measuredAt === undefined ? '' : `, as of ${toldInstant(measuredAt)}`;
  return `- ${name}: ${standing.replace('_', ' ')}${as}. ${sentence}`;
}
