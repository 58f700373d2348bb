import type { Boarding } from '../domain/calendar/merge-by';
import type { Paint } from './demo/board';
import { minute } from './minute';
import { wrapped } from './wrapped';

export interface ShownMergeBy {
  readonly project: string;
  readonly next: { readonly boarding?: Boarding; readonly sentence: string };
  readonly backports: readonly {
    readonly line: string;
    readonly boarding?: Boarding;
    readonly sentence: string;
  }[];
}

/** The next monthly, then each line that gets fixes: by when, then what that takes. */
export function mergeByText({ next, backports }: ShownMergeBy, paint: Paint): readonly string[] {
  const monthly = next.boarding === undefined ? [] : [headline(next.boarding, next.boarding.line)];
  return [
    ...monthly.map(paint.bold),
    ...wrapped(next.sentence, monthly.length === 0 ? '' : '  '),
    ...backports.flatMap(({ line, boarding, sentence }) =>
      boarding === undefined
        ? [`${line}.x`, ...wrapped(sentence, '  ')]
        : [headline(boarding, `${line}.x`), ...wrapped(sentence, '  ')],
    ),
  ];
}

function headline({ by, status }: Boarding, what: string): string {
  return `${what.padEnd(8)} by ${minute(by)}  ${status}`;
}
