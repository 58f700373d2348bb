import { RELEASE_MANAGER } from '../domain/roles';
import type { Parts } from './parts';
import { pathText, type Finding } from './problem';
import { repeated } from './repeated';
import { unknownName } from './unknown-name';

export function internalFindings(sections: Parts['sections']): readonly Finding[] {
  const { internal, environments, roles } = sections;
  if (internal === undefined) return [];
  return [
    ...internal.environments.flatMap((environment, place) =>
      environments === undefined
        ? []
        : unknownName(environment, {
            path: ['internal', 'environments', place],
            known: environments.map(({ name }) => name),
            of: 'environments',
          }),
    ),
    ...internal.installations.flatMap(({ role }, place) =>
      roles === undefined
        ? []
        : unknownName(role, {
            path: ['internal', 'installations', place, 'role'],
            known: Object.keys(roles),
            of: 'roles',
          }),
    ),
    ...repeated(internal.installations, { path: ['internal', 'installations'], key: 'name' }),
    ...orderFindings(sections),
  ];
}

/** They approve in the order in which they are written; release managers have the last word on whether one is made. */
function orderFindings({ approvals }: Parts['sections']): readonly Finding[] {
  if (approvals === undefined) return [];
  const asked = approvals.flatMap(({ kinds, before, roles }, index) =>
    kinds.includes('internal') && before === 'approved' ? [{ index, roles }] : [],
  );
  const last = asked.at(-1);
  if (last?.roles.includes(RELEASE_MANAGER) === true) return [];
  const path = last === undefined ? ['approvals'] : ['approvals', last.index, 'roles'];
  const what =
    last === undefined
      ? 'approvals has none of kind internal before approved, so anybody who asks would get an internal release'
      : `${pathText(path)} is the last approval of an internal release, and is not of ${RELEASE_MANAGER}`;
  return [
    { path, what, remedy: `End with an approval of ${RELEASE_MANAGER} before approved, of kind internal.` },
  ];
}
