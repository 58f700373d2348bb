/** From when on a place had the fix, or had it no more. ISO 8601. */
export interface PlaceChange {
  readonly at: string;
  readonly isFixed: boolean;
}

/** Where the hole may be: `.com`, a managed system, packages, the public source. */
export interface ExposedPlace {
  readonly place: string;
  /** Oldest first; before the first, the place has the hole. */
  readonly changes: readonly PlaceChange[];
  /** From here on nobody can tell; nothing is counted after it. ISO 8601 */
  readonly unknownSince?: string;
}

export interface Exposure {
  readonly place: string;
  /** Absent while it is not, or where nobody can tell. ISO 8601 */
  readonly fixedSince?: string;
  /** Hours in which the place had the fix while it was a secret: so long it had to be kept. */
  readonly fixedButSecretHours: number;
  /** Hours in which everybody could know of the hole and the place had it. */
  readonly publicButUnfixedHours: number;
  /** ISO 8601; the hours are those until then. */
  readonly unknownSince?: string;
}

const HOUR_MS = 3_600_000;

/** The exposure clock of one fix in one place. Between two changes a place is as the earlier one left it. */
export function exposureOf(
  { place, changes, unknownSince }: ExposedPlace,
  {
    publicAt,
    now,
  }: {
    /** When everybody could first know of the hole; absent while it is a secret. */
    readonly publicAt?: string;
    readonly now: string;
  },
): Exposure {
  const end = Math.min(Date.parse(now), instantOf(unknownSince));
  const open = instantOf(publicAt);
  const known = changes.filter(({ at }) => Date.parse(at) < end);
  let secretMs = 0;
  // Until its first change a place has the hole, so only what is public counts.
  let openMs = spanMs(open, Math.min(end, instantOf(known[0]?.at)));
  for (const [index, { at, isFixed }] of known.entries()) {
    const from = Date.parse(at);
    const until = Math.min(end, instantOf(known[index + 1]?.at));
    if (isFixed) secretMs += spanMs(from, Math.min(until, open));
    else openMs += spanMs(Math.max(from, open), until);
  }
  const last = known.at(-1);
  const fixedSince = last?.isFixed === true ? sinceWhen(known) : undefined;
  return {
    place,
    fixedButSecretHours: hours(secretMs),
    publicButUnfixedHours: hours(openMs),
    ...(fixedSince === undefined || unknownSince !== undefined ? {} : { fixedSince }),
    ...(unknownSince === undefined ? {} : { unknownSince }),
  };
}

/** A place that needs several parts has the fix while it has all of them. */
export function allOf(parts: readonly (readonly PlaceChange[])[]): readonly PlaceChange[] {
  const instants = [...new Set(parts.flatMap((changes) => changes.map(({ at }) => at)))];
  return instants
    .toSorted((left, right) => Date.parse(left) - Date.parse(right))
    .map((at) => ({ at, isFixed: parts.every((changes) => isFixedAt(changes, at)) }));
}

function isFixedAt(changes: readonly PlaceChange[], instant: string): boolean {
  return changes.findLast(({ at }) => Date.parse(at) <= Date.parse(instant))?.isFixed === true;
}

/** The beginning of the last run of changes that are all fixed. */
function sinceWhen(changes: readonly PlaceChange[]): string | undefined {
  const broken = changes.findLastIndex(({ isFixed }) => !isFixed);
  return changes[broken + 1]?.at;
}

function instantOf(at: string | undefined): number {
  return at === undefined ? Infinity : Date.parse(at);
}

function spanMs(from: number, until: number): number {
  return from === Infinity ? 0 : Math.max(0, until - from);
}

function hours(ms: number): number {
  return Math.round((ms / HOUR_MS) * 100) / 100;
}
