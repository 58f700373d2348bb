import type { Exposure } from '../domain/fix/exposure';
import type { SystemException } from '../domain/version/system-exceptions';
import type { Paint } from './demo/board';
import { exceptionLines } from './exception-text';
import { fitted } from './fitted';
import { minute } from './minute';

export interface ShownExposure {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  readonly publicSince?: string;
  readonly places: readonly (Exposure & { readonly exception?: SystemException })[];
}

const WIDTH = 80;
const PLACE_WIDTH = 26;
const HOURS_WIDTH = 8;

/** Every fix with a line for each place: hours fixed but secret, hours public but unfixed, and as of when. */
export function exposureLines(fixes: readonly ShownExposure[], paint: Paint): readonly string[] {
  return fixes.flatMap(({ id, title, severity, publicSince, places }) => [
    `${paint.bold(id)}  ${severity}  ${fitted(title, WIDTH - id.length - severity.length - 4)}`,
    publicSince === undefined ? '  a secret' : `  public since ${minute(publicSince)}`,
    paint.dim(
      `  ${'place'.padEnd(PLACE_WIDTH)}${'secret'.padStart(HOURS_WIDTH)}${'open'.padStart(HOURS_WIDTH)}  hours`,
    ),
    ...places.flatMap(({ exception, ...place }) => [
      placeLine(place, paint),
      ...exceptionLines(exception === undefined ? [] : [exception], '    '),
    ]),
  ]);
}

function placeLine({ place, ...clock }: Exposure, paint: Paint): string {
  const { fixedButSecretHours, publicButUnfixedHours, fixedSince, unknownSince } = clock;
  const open = publicButUnfixedHours.toFixed(1).padStart(HOURS_WIDTH);
  const hours = `${fixedButSecretHours.toFixed(1).padStart(HOURS_WIDTH)}${publicButUnfixedHours > 0 ? paint.red(open) : open}`;
  return `  ${fitted(place, PLACE_WIDTH - 1).padEnd(PLACE_WIDTH)}${hours}  ${standing(fixedSince, unknownSince)}`;
}

function standing(fixedSince: string | undefined, unknownSince: string | undefined): string {
  if (unknownSince !== undefined) return `unknown since ${minute(unknownSince)}`;
  return fixedSince === undefined ? 'not fixed' : `fixed since ${minute(fixedSince)}`;
}
