import type { Verdict } from '../verdict';
import { exceptedText, exceptionEvidence, type SystemException } from './system-exceptions';

/** A stage, a cell or a tenant, as it is at this moment. */
export interface ManagedSystem {
  readonly system: string;
  /** Nothing of the project was ever brought to it. */
  readonly isVacant?: true;
  /** Undefined when it could not be asked. */
  readonly runs?: {
    readonly package: string;
    /** Whether it contains the fix, or never had the hole. */
    readonly settled: boolean;
  };
}

/** The managed systems, as far as one project of a fix goes. */
export interface ProjectOnSystems {
  readonly project: string;
  readonly systems: readonly ManagedSystem[];
}

/**
 * Whether a fix is on every managed system. Asked when a release closes and again at the moment it publishes, since in between
 * a cell may have joined, been rolled back or returned from quarantine.
 */
export function onManagedSystemsVerdict({
  fix,
  systems,
  exceptions,
}: {
  readonly fix: string;
  readonly systems: readonly ManagedSystem[];
  /** Those that have not ended. */
  readonly exceptions: readonly SystemException[];
}): Verdict {
  // One that has the fix all the same needs no exception.
  const excepted = exceptions.filter((one) =>
    systems.some(({ system, runs }) => one.system === system && runs?.settled !== true),
  );
  const asked = systems.filter(({ system }) => !excepted.some((one) => one.system === system));
  const evidence = [
    ...systems.map(({ system, runs }) => ({ label: system, value: runs?.package ?? 'unknown' })),
    ...exceptionEvidence(exceptions),
  ];
  const without = asked.filter(({ runs }) => runs?.settled === false).map(({ system }) => system);
  if (without.length > 0) {
    const sentence = `${fix} is not on ${without.join(', ')} yet; each gets it, or is named as an exception.`;
    return { verdict: 'wait', sentence, whoActs: `operators of ${without.join(', ')}`, evidence };
  }
  const silent = asked.filter(({ runs }) => runs === undefined).map(({ system }) => system);
  if (silent.length > 0) {
    const sentence = `Whether ${fix} is on ${silent.join(', ')} could not be read.`;
    return { verdict: 'unknown', sentence, whoActs: `operators of ${silent.join(', ')}`, evidence };
  }
  // Also where all that are configured are excepted, or run other projects alone.
  if (asked.length === 0) return { verdict: 'pass', sentence: unasked(fix, excepted), evidence };
  const but = excepted.length === 0 ? '' : ` but ${exceptedText(excepted)}`;
  return { verdict: 'pass', sentence: `${fix} is on every managed system${but}.`, evidence };
}

/** That nobody was asked is no word on where the fix is. */
function unasked(fix: string, excepted: readonly SystemException[]): string {
  if (excepted.length > 0) return `${fix} was asked of no managed system: ${exceptedText(excepted)}.`;
  return `${fix} was asked of no managed system: none that is configured runs its project.`;
}

/**
 * A verdict on each project of a fix, in words that name no embargo. A system is asked of those projects that were ever brought
 * to it, and of all where none was: then nobody knows what it runs.
 */
export function systemsVerdicts(
  projects: readonly ProjectOnSystems[],
  exceptions: readonly SystemException[],
): readonly Verdict[] {
  const all = projects.flatMap(({ systems }) => systems);
  const reached = new Set(all.filter(({ isVacant }) => isVacant !== true).map(({ system }) => system));
  return projects.map(({ project, systems }) =>
    onManagedSystemsVerdict({
      fix: `The fix in ${project}`,
      systems: systems.filter(({ system, isVacant }) => isVacant !== true || !reached.has(system)),
      exceptions,
    }),
  );
}

/** The first reason why a fix is not everywhere, before that it could not be read; undefined where it is. */
export function missingSystems(
  projects: readonly ProjectOnSystems[],
  exceptions: readonly SystemException[],
): Verdict | undefined {
  const verdicts = systemsVerdicts(projects, exceptions);
  return (
    verdicts.find(({ verdict }) => verdict === 'wait') ?? verdicts.find(({ verdict }) => verdict !== 'pass')
  );
}
