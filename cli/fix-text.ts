import type { BoardedFix, FixCell, FixState } from '../domain/fix/fix-board';
import { words } from '../domain/release/release-state';
import type { Paint } from './demo/board';
import { exceptionLines } from './exception-text';
import { wrapped } from './wrapped';
import { fitted } from './fitted';
import { minute } from './minute';

const WIDTH = 80;
const INDENT = '    ';

/** Every fix with each of its cells: the state, the sentence, who acts and until when. For 80 columns. */
export function fixLines(fixes: readonly BoardedFix[], paint: Paint): readonly string[] {
  return fixes.flatMap((fix) => [
    headLine(fix, paint),
    ...exceptionLines(fix.exceptions, '  '),
    ...fix.cells.flatMap((cell) => cellLines(cell, paint)),
  ]);
}

/** The board: a row for each project of a fix, a column for each minor; then what somebody has to do. */
export function fixBoardLines(fixes: readonly BoardedFix[], paint: Paint): readonly string[] {
  return fixes.flatMap((fix) => {
    const projects = [...new Set(fix.cells.map(({ project }) => project))];
    return [
      headLine(fix, paint),
      ...exceptionLines(fix.exceptions, '  '),
      ...projects.map((project) => rowLine(project, fix.cells, paint)),
      ...toDo(fix).flatMap((cell) => sentenceLines(cell, paint)),
    ];
  });
}

function headLine({ id, title, severity }: BoardedFix, paint: Paint): string {
  const of = severity === undefined ? '' : `  ${severity}`;
  return `${paint.bold(id)}${of}  ${fitted(title, WIDTH - id.length - of.length - 2)}`;
}

const PROJECT_WIDTH = 16;
const COLUMN_WIDTH = 20;

function rowLine(project: string | undefined, cells: readonly FixCell[], paint: Paint): string {
  const columns = cells
    .filter((cell) => cell.project === project)
    .map(({ minor, state }) => {
      const text = fitted(`${minor} ${shortWords(state)}`, COLUMN_WIDTH - 1);
      return colourOf(state, paint)(text) + ' '.repeat(COLUMN_WIDTH - text.length);
    });
  return `  ${fitted(project ?? '-', PROJECT_WIDTH - 1).padEnd(PROJECT_WIDTH)}${columns.join('')}`.trimEnd();
}

function shortWords(state: FixState): string {
  return state === 'waits_for_approval' ? 'wants approval' : words(state);
}

/** What somebody has to see to, each sentence once. */
function toDo({ cells }: BoardedFix): readonly FixCell[] {
  const acting = cells.filter(({ verdict }) => verdict.whoActs !== undefined || verdict.verdict === 'fail');
  return acting.filter(
    ({ verdict }, index) =>
      acting.findIndex((other) => other.verdict.sentence === verdict.sentence) === index,
  );
}

function cellLines(cell: FixCell, paint: Paint): readonly string[] {
  const { project, minor, state } = cell;
  const place = `${minor.padEnd(5)} ${fitted(project ?? '-', PROJECT_WIDTH - 1).padEnd(PROJECT_WIDTH)}`;
  return [`  ${place}${colourOf(state, paint)(words(state))}`, ...sentenceLines(cell, paint)];
}

function sentenceLines({ verdict }: FixCell, paint: Paint): readonly string[] {
  const { sentence, whoActs, lookAgainAt } = verdict;
  const who = whoActs === undefined ? [] : [`${whoActs} acts`];
  const until = lookAgainAt === undefined ? [] : [`until ${minute(lookAgainAt)}`];
  const rest = [...who, ...until].join(', ');
  return [
    ...wrapped(sentence, INDENT),
    ...(rest === '' ? [] : wrapped(rest, INDENT).map((line) => paint.yellow(line))),
  ];
}

function colourOf(state: FixState, paint: Paint): (text: string) => string {
  if (state === 'published' || state === 'disclosed' || state === 'ready') return paint.green;
  if (state === 'boarded' || state === 'not_needed') return (text) => text;
  if (state === 'waits' || state === 'waits_for_approval' || state === 'not_sealed') return paint.yellow;
  return paint.red;
}
