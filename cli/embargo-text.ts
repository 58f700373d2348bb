import type { Embargo } from '../domain/embargo/embargo';
import type { EmbargoDetail, EmbargoFinding, EmbargoTold } from '../domain/embargo/embargo-detail';
import { words } from '../domain/release/release-state';
import type { Paint } from './demo/board';
import { minute } from './minute';

/** Every embargo on a line. */
export function embargoLines(embargoes: readonly EmbargoTold[], paint: Paint): readonly string[] {
  return embargoes.map(
    (one) => `${paint.bold(one.id)}  ${one.severity}  ${stateOf(one, paint)}  ${one.title}`,
  );
}

/** One embargo: where its fix is, what was found of it, and what is missing for what comes next. */
export function embargoDetailLines(embargo: EmbargoDetail, paint: Paint): readonly string[] {
  const { affects, topics, moves, findings, audience, notBefore, publicTitle, cve } = embargo;
  const names = [publicTitle, cve].filter((name) => name !== undefined);
  return [
    ...embargoLines([embargo], paint),
    `  since ${minute(embargo.since)}, owned by ${embargo.owner}`,
    ...(notBefore === undefined ? [] : [`  not to be disclosed before ${minute(notBefore)}`]),
    ...(names.length === 0 ? [] : [`  called in public, once disclosed: ${names.join(', ')}`]),
    ...affects.map(({ line, evidence }) => {
      const of = topics.filter((topic) => topic.line === line).map(({ project }) => project);
      const where = of.length === 0 ? paint.red('no topic yet') : of.join(', ');
      return `  ${line.padEnd(8)} ${where}  ${paint.dim(evidence)}`;
    }),
    ...findings.map((finding) => findingLine(finding, paint)),
    ...moves.map(
      ({ verdict }) =>
        `  ${verdict.verdict === 'pass' ? paint.green('may') : paint.dim('not')}  ${verdict.sentence}`,
    ),
    `  read by ${audience.map(({ who, until }) => `${'person' in who ? who.person : who.role} until ${until.slice(0, 10)}`).join(', ')}`,
  ];
}

function stateOf({ state }: Pick<Embargo, 'state'>, paint: Paint): string {
  const text = words(state);
  if (state === 'compromised') return paint.red(text);
  return state === 'disclosed' || state === 'texts_public' ? paint.green(text) : paint.yellow(text);
}

function findingLine({ kind, sentence, at }: EmbargoFinding, paint: Paint): string {
  const colour = kind === 'exposed' ? paint.red : paint.yellow;
  return `  ${colour(kind)}  ${sentence}  ${paint.dim(minute(at))}`;
}
