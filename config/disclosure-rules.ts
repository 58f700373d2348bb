import type { Parts } from './parts';
import { pathText, type Finding } from './problem';
import { repeated } from './repeated';
import { unknownName } from './unknown-name';

const EXCEPTIONS = ['disclosure', 'exceptions'] as const;

export function managedSystemFindings({ disclosure, environments }: Parts['sections']): readonly Finding[] {
  if (disclosure === undefined || environments === undefined) return [];
  const known = environments.map(({ name }) => name);
  return disclosure.managedSystems.flatMap((system, place) =>
    unknownName(system, { path: ['disclosure', 'managedSystems', place], known, of: 'environments' }),
  );
}

/** An exception for what nobody waits for would be one that nobody has seen to. */
export function exceptionFindings({ disclosure }: Parts['sections']): readonly Finding[] {
  if (disclosure === undefined) return [];
  const { exceptions, managedSystems } = disclosure;
  return [
    ...exceptions.flatMap(({ system }, place) =>
      unknownName(system, {
        path: [...EXCEPTIONS, place, 'system'],
        known: managedSystems,
        of: 'disclosure.managedSystems',
      }),
    ),
    ...repeated(exceptions, { path: EXCEPTIONS, key: 'system' }),
  ];
}

/** Exceptions that have ended: wrong by the calendar alone, so that a file which was right yesterday starts an engine still. */
export function endedExceptions({ sections: { disclosure } }: Parts, now: Date): readonly Finding[] {
  return (disclosure?.exceptions ?? []).flatMap(({ system, until }, place) => {
    if (now.getTime() < Date.parse(until)) return [];
    const path = [...EXCEPTIONS, place, 'until'];
    return [
      {
        path,
        what: `${pathText(path)} is ${until}, which is over: ${system} is waited for again`,
        remedy: 'Take the exception out, or have a later end approved and write that.',
      },
    ];
  });
}
