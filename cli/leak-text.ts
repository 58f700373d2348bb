import type { ExposedObjects, LeakReport } from '../domain/embargo/leak-report';
import type { Paint } from './demo/board';

/** What was found and done after a leak, and what is left to do. */
export function leakLines(id: string, report: LeakReport | undefined, paint: Paint): readonly string[] {
  if (report === undefined)
    return [`The engine has not answered yet and goes on; see \`signalbox embargo check ${id}\`.`];
  const { exposed, closed, open, critical } = report;
  const { verdict, command } = critical;
  return [
    paint.bold('Out:'),
    ...exposed.flatMap(exposureLines),
    paint.bold('Closed:'),
    ...(closed.length === 0
      ? ['  nothing that a machine may close was open']
      : closed.map((one) => `  ${one}`)),
    paint.bold('To be closed by people:'),
    ...open.map((one) => `  ${one}`),
    paint.bold('What is ready goes out with:'),
    `  ${command}`,
    ...(verdict.verdict === 'pass' ? [] : [`  ${paint.red('without this fix:')} ${verdict.sentence}`]),
  ];
}

const SHOWN = 5;

function exposureLines({ repository, objects, refs }: ExposedObjects): readonly string[] {
  if (objects.length === 0) return [`  nothing of it on ${repository}`];
  const more = objects.length > SHOWN ? ` and ${objects.length - SHOWN} more (--json lists them)` : '';
  return [
    `  ${objects.length} objects on ${repository}, held by ${refs.join(', ') || 'no ref'}:`,
    ...objects.slice(0, SHOWN).map((object) => `    ${object}`),
    ...(more === '' ? [] : [`   ${more}`]),
  ];
}
