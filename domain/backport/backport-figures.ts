import { isSettled, type BackportStateName } from './backport-state';

/** A backport as far as figures count it. */
export interface CountedBackport {
  /** Absent for a change of nobody's. */
  readonly team?: string;
  readonly state: BackportStateName;
  /** ISO 8601. */
  readonly owedSince: string;
  /** When its minor got no fixes any more while the backport was open. */
  readonly missedAt?: string;
}

export interface BackportFigures {
  /** Absent: of changes of nobody's. */
  readonly team?: string;
  /** Open, in a minor that gets fixes. */
  readonly owed: number;
  readonly made: number;
  /** Not made while the minor got fixes. Declined and contained ones are neither made nor missed. */
  readonly missed: number;
  /** Of what is owed now, in milliseconds; absent where nothing is. */
  readonly medianAgeMs?: number;
}

/** One row for each team, by name; what is nobody's comes last. */
export function backportFigures(
  backports: readonly CountedBackport[],
  { at }: { readonly at: string },
): readonly BackportFigures[] {
  const teams = [...new Set(backports.map(({ team }) => team))].toSorted(byName);
  return teams.map((team) => {
    const mine = backports.filter((backport) => backport.team === team);
    const open = mine.filter((backport) => !isSettled(backport));
    const owed = open.filter(({ missedAt }) => missedAt === undefined);
    const ages = owed.map(({ owedSince }) => Date.parse(at) - Date.parse(owedSince));
    return {
      ...(team === undefined ? {} : { team }),
      owed: owed.length,
      made: mine.filter(({ state }) => state === 'merged').length,
      missed: open.length - owed.length,
      ...medianOf(ages),
    };
  });
}

function byName(left: string | undefined, right: string | undefined): number {
  if (left === undefined || right === undefined) return left === undefined ? 1 : -1;
  return left < right ? -1 : 1;
}

function medianOf(ages: readonly number[]): Pick<BackportFigures, 'medianAgeMs'> {
  if (ages.length === 0) return {};
  const sorted = ages.toSorted((left, right) => left - right);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const before = sorted[Math.ceil(sorted.length / 2) - 1] ?? middle;
  return { medianAgeMs: Math.round((middle + before) / 2) };
}
