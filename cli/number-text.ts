import { isInternal } from '../domain/version/number';
import type { Paint } from './demo/board';
import { wrapped } from './wrapped';

export interface ShownNumber {
  readonly number: string;
  readonly state: string;
  readonly release?: string;
  readonly reason: string | null;
  readonly changedAt?: string;
}

/** A line a number, in order, and below it why it was burned or withdrawn; for 80 columns. */
export function numberLines(numbers: readonly ShownNumber[], paint: Paint): readonly string[] {
  const width = Math.max(0, ...numbers.map(({ number }) => number.length));
  return numbers.flatMap(({ number, state, release, reason, changedAt }) => {
    const told = `${isInternal(number) ? 'internal, ' : ''}${state}`.padEnd(18);
    const when =
      changedAt === undefined ? 'before Signalbox' : `${changedAt.slice(0, 16).replace('T', ' ')} UTC`;
    const line = `${paint.bold(number.padEnd(width))}  ${colourOf(state, paint)(told)}  ${paint.dim(when.padEnd(20))}  ${release ?? ''}`;
    return [line.trimEnd(), ...(reason === null ? [] : wrapped(reason, '    '))];
  });
}

function colourOf(state: string, paint: Paint): (text: string) => string {
  if (state === 'published') return paint.green;
  return state === 'burned' || state === 'withdrawn' ? paint.red : paint.yellow;
}
