import type { Parts } from './parts';
import { pathText, type Finding } from './problem';
import { unknownName } from './unknown-name';

/** The last word on whether one is made. */
const LAST_TO_APPROVE = 'release-manager';

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
    ...repeatedInstallations(internal.installations.map(({ name }) => name)),
    ...orderFindings(sections),
  ];
}

function repeatedInstallations(names: readonly string[]): readonly Finding[] {
  return names.flatMap((name, place) => {
    const first = names.indexOf(name);
    if (first === place) return [];
    const path = ['internal', 'installations', place, 'name'];
    const what = `${pathText(path)} is "${name}", as that of internal.installations[${first}] already is`;
    return [{ path, what, remedy: 'Give each installation a name of its own.' }];
  });
}

/** They approve in the order in which they are written, release managers last. */
function orderFindings({ approvals }: Parts['sections']): readonly Finding[] {
  if (approvals === undefined) return [];
  const asked = approvals.flatMap(({ kinds, before, roles }, index) =>
    kinds.includes('internal') && before === 'approved' ? [{ index, roles }] : [],
  );
  const last = asked.at(-1);
  if (last?.roles.includes(LAST_TO_APPROVE) === true) return [];
  const path = last === undefined ? ['approvals'] : ['approvals', last.index, 'roles'];
  const what =
    last === undefined
      ? 'approvals has none of kind internal before approved, so anybody who asks would get an internal release'
      : `${pathText(path)} is the last approval of an internal release, and is not of ${LAST_TO_APPROVE}`;
  return [
    { path, what, remedy: `End with an approval of ${LAST_TO_APPROVE} before approved, of kind internal.` },
  ];
}
