import { affectsNow, DEFAULT_LINE } from '../embargo/obligation';
import { placeOfDisclosedFix, type FirstVersionState } from '../version/first-version';
import { firstOf } from '../version/naming';
import { compareNumbers, nextNumber, nextPatch } from '../version/number';

/** A version that a release makes, or would make. */
export interface WantedVersion {
  readonly minor: string;
  /** The number that it has, or would get now. */
  readonly number: string;
  /** It was cut already: another publication in its minor burns the number and costs a composition. */
  readonly isCut: boolean;
}

export interface WantedRelease {
  /** `patch:7`; of one that is not started, what people call it: `the critical patch`. */
  readonly release: string;
  readonly kind: 'monthly' | 'patch';
  readonly versions: readonly WantedVersion[];
  /** What it discloses, as far as whoever asks may know. */
  readonly fixes: readonly { readonly fix: string; readonly affects: readonly string[] }[];
  /** How far X.Y.0 of a monthly is. */
  readonly first?: FirstVersionState;
}

export interface WhatIfFacts {
  /** In the order in which they are published. */
  readonly releases: readonly WantedRelease[];
  /** Every product number that was ever given out. */
  readonly taken: readonly string[];
  /** Minors that owe fixes now, newest first. */
  readonly owing: readonly string[];
  /** Minutes from the cut of a version to its verification; absent where none was measured. */
  readonly rebuildMinutes?: number;
}

export interface Burn {
  readonly release: string;
  readonly number: string;
  readonly replacedBy: string;
  readonly reason: string;
}

export interface WhatIf {
  readonly order: readonly string[];
  readonly numbers: readonly { readonly release: string; readonly number: string }[];
  readonly burns: readonly Burn[];
  /** Versions that are composed and built once more. */
  readonly recompositions: number;
  /** Of all of them together, one after the other; they are built side by side where there are runners. */
  readonly rebuildMinutes?: number;
  readonly delayed: readonly { readonly release: string; readonly sentence: string }[];
}

/** What would happen if these releases were published in this order. Nothing is changed by asking. */
export function whatIf({ releases, taken, owing, rebuildMinutes }: WhatIfFacts): WhatIf {
  const world = new World(taken, owing);
  for (const release of releases) world.publish(release);
  const { numbers, burns, delayed, recompositions } = world;
  const order = releases.map(({ release }) => release);
  const minutes =
    recompositions === 0 ? 0 : rebuildMinutes === undefined ? undefined : recompositions * rebuildMinutes;
  return {
    order,
    numbers,
    burns,
    recompositions,
    delayed,
    ...(minutes === undefined ? {} : { rebuildMinutes: Math.round(minutes * 10) / 10 }),
  };
}

class World {
  readonly numbers: { release: string; number: string }[] = [];
  readonly burns: Burn[] = [];
  readonly delayed: { release: string; sentence: string }[] = [];
  recompositions = 0;
  /** The newest number that went public since, by minor. */
  private readonly heads = new Map<string, { readonly number: string; readonly release: string }>();
  private readonly disclosed: { readonly fix: string; readonly affects: readonly string[] }[] = [];

  constructor(
    private readonly taken: readonly string[],
    private owing: readonly string[],
  ) {}

  publish(wanted: WantedRelease): void {
    const { release, kind, versions, fixes } = wanted;
    if (kind === 'monthly') this.meetDisclosed(wanted);
    else this.meetNewMinor(wanted);
    for (const version of versions) {
      const number = this.numberOf(release, version);
      this.numbers.push({ release, number });
      this.heads.set(version.minor, { number, release });
      if (kind === 'monthly' && !this.owing.includes(version.minor))
        this.owing = [version.minor, ...this.owing];
    }
    this.disclosed.push(...fixes);
  }

  private numberOf(release: string, { minor, number, isCut }: WantedVersion): string {
    const head = this.heads.get(minor);
    if (head === undefined) return number;
    const given = [...this.taken, ...this.numbers.map((one) => one.number), number];
    const atLeast = compareNumbers(head.number, number) >= 0 ? nextPatch(head.number) : number;
    const next = nextNumber({ atLeast, taken: isCut ? given : given.slice(0, -1) });
    if (!isCut) return next;
    const reason = `${head.release} published ${head.number}, which ${number} does not contain.`;
    this.burns.push({ release, number, replacedBy: next, reason });
    this.recompositions += 1;
    this.delay(release, `${release} cuts ${minor} again as ${next}: one build, and no waiting.`);
    return next;
  }

  /** A fix that became public before X.Y.0 does is in it, or in X.Y.1 of the same unit. */
  private meetDisclosed({ release, versions, first = 'untagged' }: WantedRelease): void {
    for (const { minor } of versions) {
      const known = this.disclosed.filter(
        ({ affects }) => affects.includes(DEFAULT_LINE) || affects.includes(minor),
      );
      if (known.length === 0) continue;
      const place = placeOfDisclosedFix(first);
      const named = known.map(({ fix }) => fix).join(', ');
      if (place === 'first')
        this.delay(
          release,
          `${release} cuts ${firstOf(minor)} with ${named}, once that is merged into its stable branch.`,
        );
      if (place === 'same-unit') {
        const number = nextPatch(firstOf(minor));
        this.recompositions += 1;
        this.numbers.push({ release, number });
        this.delay(release, `${release} publishes ${number} with ${firstOf(minor)}, for ${named}.`);
      }
    }
  }

  /** A minor that came out, or was born, since the patch was started owes the fixes too. */
  private meetNewMinor({ release, versions, fixes }: WantedRelease): void {
    for (const fix of fixes) {
      const affects = affectsNow(fix, this.owing);
      const owed = this.owing.filter((minor) => affects.includes(minor));
      const missing = owed.filter((minor) => !versions.some((version) => version.minor === minor));
      if (missing.length === 0) continue;
      const cut = versions.filter((version) => version.isCut && affects.includes(version.minor));
      this.recompositions += cut.length;
      this.delay(
        release,
        `${fix.fix} is owed to ${missing.join(', ')}, too: it waits for a patch that has a version of it.`,
      );
    }
  }

  private delay(release: string, sentence: string): void {
    this.delayed.push({ release, sentence });
  }
}
