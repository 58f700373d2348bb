import type { BackportFigures } from '../domain/backport/backport-figures';
import type { BackportStateName } from '../domain/backport/backport-state';
import type { BackportStanding, FixBackports } from '../domain/backport/backport-status';
import { words } from '../domain/release/release-state';
import type { Paint } from './demo/board';
import { fitted } from './fitted';

const WIDTH = 80;
const STATE_WIDTH = 10;
const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

export interface ShownBackports {
  readonly figures: readonly BackportFigures[];
  readonly changes: readonly FixBackports[];
}

/** Every change with what becomes of it in each minor, then the figures of each team; for 80 columns. */
export function backportLines({ figures, changes }: ShownBackports, paint: Paint): readonly string[] {
  return [
    ...changes.flatMap((change) => [
      headLine(change, paint),
      ...change.backports.map((one) => standingLine(one, paint)),
    ]),
    ...(changes.length === 0 || figures.length === 0 ? [] : ['']),
    ...figureLines(figures, paint),
  ];
}

function headLine({ project, iid, title, team }: FixBackports, paint: Paint): string {
  const id = `${project}!${iid}`;
  const of = team === undefined ? '' : `  (${team})`;
  return `${paint.bold(id)}  ${fitted(title, WIDTH - id.length - 2 - of.length)}${paint.dim(of)}`;
}

function standingLine({ minor, state, sentence, missedAt }: BackportStanding, paint: Paint): string {
  const colours: Readonly<Record<BackportStateName, (text: string) => string>> = {
    owed: paint.yellow,
    proposed: paint.yellow,
    checked: paint.green,
    merged: paint.green,
    conflicted: paint.red,
    declined: paint.dim,
    not_needed: paint.dim,
  };
  const before = `  ${minor.padEnd(5)}  `;
  const missed = missedAt === undefined ? '' : '  (missed)';
  const rest = WIDTH - before.length - STATE_WIDTH - 2 - missed.length;
  return `${before}${colours[state.state](words(state.state).padEnd(STATE_WIDTH))}  ${fitted(sentence, rest)}${paint.red(missed)}`;
}

function figureLines(figures: readonly BackportFigures[], paint: Paint): readonly string[] {
  if (figures.length === 0) return [];
  const names = figures.map(({ team }) => fitted(team ?? 'nobody’s', 40));
  const width = Math.max(4, ...names.map((name) => name.length));
  return [
    paint.dim(`${'team'.padEnd(width)}  ${row('owed', 'made', 'missed', 'median age')}`),
    ...figures.map(({ owed, made, missed, medianAgeMs }, index) => {
      const age = medianAgeMs === undefined ? '-' : ageWords(medianAgeMs);
      return `${(names[index] ?? '').padEnd(width)}  ${row(String(owed), String(made), String(missed), age.padStart(10))}`;
    }),
  ];
}

function row(...cells: readonly string[]): string {
  return cells.map((cell) => cell.padStart(6)).join('  ');
}

function ageWords(ms: number): string {
  const hours = ms / HOUR_MS;
  if (hours < 1) return `${Math.round(hours * 60)} min`;
  return hours < 2 * DAY_HOURS ? `${Math.round(hours)} h` : `${Math.round(hours / DAY_HOURS)} d`;
}
