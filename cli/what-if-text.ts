import type { WhatIf } from '../domain/release/what-if';
import type { SystemException } from '../domain/version/system-exceptions';
import type { Paint } from './demo/board';
import { exceptionLines } from './exception-text';
import { wrapped } from './wrapped';

export interface ShownWhatIf {
  readonly orders: readonly WhatIf[];
  readonly basis: string;
  readonly exceptions?: readonly SystemException[];
}

/** Both orders, one below the other: numbers, burns, builds, and who is delayed; for 80 columns. */
export function whatIfLines({ orders, basis, exceptions }: ShownWhatIf, paint: Paint): readonly string[] {
  return [
    ...orders.flatMap((one) => [...orderLines(one, paint), '']),
    ...exceptionLines(exceptions, ''),
    ...wrapped(basis, ''),
    'Nothing was done.',
  ];
}

function orderLines(one: WhatIf, paint: Paint): readonly string[] {
  const { order, numbers, burns, recompositions, rebuildMinutes, delayed } = one;
  const releases = [...new Set(numbers.map(({ release }) => release))];
  const minutes = rebuildMinutes === undefined ? 'unknown' : rebuildMinutes.toFixed(1);
  return [
    paint.bold(order.join(', then ')),
    ...releases.flatMap((release) => {
      const own = numbers.filter((each) => each.release === release).map(({ number }) => number);
      return wrapped(`${release}: ${own.join(', ')}`, '  ');
    }),
    ...burns.flatMap(({ number, replacedBy, reason }) =>
      wrapped(`burned: ${number}, replaced by ${replacedBy}. ${reason}`, '  ').map((line) => paint.red(line)),
    ),
    `  composed again: ${recompositions}, expected minutes of building: ${minutes}`,
    ...(delayed.length === 0 ? ['  nobody is delayed'] : []),
    ...delayed.flatMap(({ sentence }) => wrapped(sentence, '  ').map((line) => paint.yellow(line))),
  ];
}
