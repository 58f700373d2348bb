import type { Verdict } from '../verdict';

/** A fix as far as a package is concerned. */
export interface SettledFixes {
  readonly package: string;
  /** Fixes that it contains, and those for holes that it never had. Any other it lacks. */
  readonly settles: readonly string[];
}

/** What a managed system has, and so never loses again. */
export interface FixFloor {
  readonly system: string;
  readonly fixes: readonly string[];
}

/**
 * The floor of a system that runs a package: it rises, and only a fix that was withdrawn leaves it. Taken again before each
 * offer, for a fix may have been registered since that the package has settled: then its system has it too.
 */
export function floorAfter(
  floor: FixFloor,
  { runs, withdrawn }: { readonly runs: SettledFixes; readonly withdrawn: readonly string[] },
): FixFloor {
  const fixes = [...new Set([...floor.fixes, ...runs.settles])].filter((fix) => !withdrawn.includes(fix));
  return { system: floor.system, fixes };
}

/** Whether a system may be offered a package: by promotion, rollback, channel, experiment or return from quarantine alike. */
export function floorVerdict(
  floor: FixFloor,
  { offered, withdrawn }: { readonly offered: SettledFixes; readonly withdrawn: readonly string[] },
): Verdict {
  const lost = floor.fixes.filter((fix) => !offered.settles.includes(fix) && !withdrawn.includes(fix));
  const evidence = [{ label: 'fixes of the system', value: floor.fixes.join(', ') }];
  if (lost.length === 0) {
    const sentence = `${offered.package} has every fix that ${floor.system} has.`;
    return { verdict: 'pass', sentence, evidence };
  }
  const sentence = `${offered.package} lacks ${lost.join(', ')}, which ${floor.system} has: it is not offered.`;
  return { verdict: 'fail', sentence, whoActs: 'release-manager', evidence };
}

/** `18.6.2-internal0`: due at once when `18.6.2` is out, as the version with the open topics for systems that have their fixes. */
export function firstInternalOf(version: string): string {
  return `${version}-internal0`;
}
