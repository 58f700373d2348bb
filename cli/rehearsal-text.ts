import type { RehearsedPush } from '../domain/release/rehearsal';
import type { ShownRehearsal } from '../domain/release/shown-rehearsal';
import type { Verdict } from '../domain/verdict';
import type { Paint } from './demo/board';
import { wrapped } from './wrapped';
import { minute } from './minute';

const SHORT = 10;
const INDENT = '    ';

/** The whole page: each ref old and new, each package, each text, what the gate says, who has signed. For 80 columns. */
export function rehearsalTextLines(shown: ShownRehearsal, paint: Paint): readonly string[] {
  const { release, digest, at, rehearsal, moved, signatures } = shown;
  const { versions, pushes, packages, texts, systems = [] } = rehearsal;
  return [
    paint.bold(`${release}: ${versions.join(', ')}`),
    `rehearsed ${minute(at)}`,
    `digest ${digest}`,
    ...moved.flatMap((name) => wrapped(`moved: ${name}`, '').map((line) => paint.yellow(line))),
    '',
    ...pushes.flatMap((push) => pushLines(push, paint)),
    ...packages.flatMap(({ project, version, file, sha256 }) =>
      wrapped(`${project} ${version} ${file} sha256 ${sha256.slice(0, SHORT)}`, ''),
    ),
    ...texts.flatMap(({ project, name, text, verdict }) => [
      ...wrapped(`${project}: ${name}`, ''),
      ...text.split('\n').flatMap((line) => wrapped(line, INDENT)),
      ...verdictLines(verdict, paint),
    ]),
    ...systems.flatMap((verdict) => systemLines(verdict, paint)),
    '',
    ...signatures.flatMap(({ by, reason, at: signedAt }) =>
      wrapped(`signed by ${by.id}, ${minute(signedAt)}: ${reason}`, ''),
    ),
    ...(signatures.length === 0 ? ['Nobody has signed it.'] : []),
  ];
}

function pushLines({ project, of, refs, verdict }: RehearsedPush, paint: Paint): readonly string[] {
  return [
    `${project} ${of}`,
    ...refs.flatMap(({ ref, from, to }) =>
      wrapped(`${from?.slice(0, SHORT) ?? 'new'} -> ${to.slice(0, SHORT)} ${ref}`, '  '),
    ),
    ...verdictLines(verdict, paint),
  ];
}

/** What a system lacks the claim leaves out. */
function systemLines({ verdict, sentence }: Verdict, paint: Paint): readonly string[] {
  const colour = verdict === 'pass' ? paint.green : paint.yellow;
  return wrapped(sentence, '').map((line) => colour(line));
}

function verdictLines({ verdict, sentence }: Verdict, paint: Paint): readonly string[] {
  const colour = verdict === 'pass' ? paint.green : paint.red;
  return wrapped(`${verdict === 'pass' ? 'may pass' : 'is stopped'}: ${sentence}`, '  ').map((line) =>
    colour(line),
  );
}
