import { milestonesOf, type ReleaseKind } from '../domain/release/milestones';
import { RELEASE_MANAGER } from '../domain/roles';
import { calendarFindings } from './calendar-rules';
import { exceptionFindings, managedSystemFindings } from './disclosure-rules';
import { internalFindings } from './internal-rules';
import { suggestion } from './nearest';
import type { Parts } from './parts';
import { pathText, type Finding, type Path } from './problem';
import { repeated } from './repeated';
import { unknownName } from './unknown-name';

/** What is wrong between sections that are right by themselves. */
export function policyFindings({ sections }: Parts): readonly Finding[] {
  return [
    ...approvalFindings(sections),
    ...candidateFindings(sections),
    ...productionFindings(sections),
    ...blockedFindings(sections),
    ...calendarFindings(sections),
    ...maintenanceFindings(sections),
    ...maintenanceExceptionFindings(sections),
    ...declinerFindings(sections),
    ...internalFindings(sections),
    ...signerFindings(sections),
    ...managedSystemFindings(sections),
    ...exceptionFindings(sections),
    ...repeated(sections.rings, { path: ['rings'], key: 'number' }),
    ...repeated(sections.rings, { path: ['rings'], key: 'name' }),
    ...repeated(sections.channels, { path: ['channels'], key: 'name' }),
    ...repeated(sections.environments, { path: ['environments'], key: 'name' }),
    ...repeated(sections.slos, { path: ['slos'], key: 'name' }),
  ];
}

function approvalFindings({ approvals = [], roles }: Parts['sections']): readonly Finding[] {
  return approvals.flatMap((approval, index) => [
    ...approval.kinds.flatMap((kind) => milestoneFindings({ kind, before: approval.before, index })),
    ...(roles === undefined
      ? []
      : approval.roles.flatMap((role, place) =>
          unknownName(role, {
            path: ['approvals', index, 'roles', place],
            known: Object.keys(roles),
            of: 'roles',
          }),
        )),
  ]);
}

function milestoneFindings(approval: {
  readonly kind: ReleaseKind;
  readonly before: string;
  readonly index: number;
}): readonly Finding[] {
  const known: readonly string[] = milestonesOf(approval.kind);
  if (known.includes(approval.before)) return [];
  const path = ['approvals', approval.index, 'before'];
  const what = `${pathText(path)} is ${approval.before}, which is no milestone of ${approval.kind} releases`;
  return [{ path, what, remedy: suggestion(approval.before, known) }];
}

function candidateFindings({ candidate, environments }: Parts['sections']): readonly Finding[] {
  if (candidate?.from !== 'environment' || environments === undefined) return [];
  const known = environments.map(({ name }) => name);
  const named = (['environment', 'migrations'] as const).flatMap((field) => {
    const name = candidate[field];
    return name === undefined ? [] : [{ name, field }];
  });
  return named.flatMap(({ name, field }) =>
    unknownName(name, { path: ['candidate', field], known, of: 'environments' }),
  );
}

function productionFindings({ measures, environments }: Parts['sections']): readonly Finding[] {
  const environment = measures?.timeToProduction?.environment;
  if (environment === undefined || environments === undefined) return [];
  const known = environments.map(({ name }) => name);
  return unknownName(environment, {
    path: ['measures', 'timeToProduction', 'environment'],
    known,
    of: 'environments',
  });
}

/** No more than the whole window can be counted. */
function blockedFindings({ measures }: Parts['sections']): readonly Finding[] {
  if (measures?.blocked === undefined || measures.blocked.atMost < measures.blocked.window) return [];
  const path: Path = ['measures', 'blocked', 'atMost'];
  return [
    {
      path,
      what: `${pathText(path)} is no less than \`window\`, so that nothing can be blocked for too long`,
      remedy: 'Write a duration that is shorter than `window`.',
    },
  ];
}

function signerFindings({ rehearsal, roles }: Parts['sections']): readonly Finding[] {
  if (rehearsal === undefined || roles === undefined) return [];
  return rehearsal.signedBy.flatMap((role, place) =>
    unknownName(role, {
      path: ['rehearsal', 'signedBy', place],
      known: rolesAmong(roles),
      of: 'roles',
    }),
  );
}

function declinerFindings({ backports, roles }: Parts['sections']): readonly Finding[] {
  if (backports === undefined || roles === undefined) return [];
  return backports.decliners.flatMap((decliner, place) =>
    unknownName(decliner, {
      path: ['backports', 'decliners', place],
      known: rolesAmong(roles),
      of: 'roles',
    }),
  );
}

function maintenanceFindings({ maintenance = [] }: Parts['sections']): readonly Finding[] {
  return maintenance.flatMap(({ from }, index) => {
    const before = maintenance[index - 1];
    if (before === undefined || before.from < from) return [];
    const path = ['maintenance', index, 'from'];
    return [
      {
        path,
        what: `${pathText(path)} is ${from}, not after ${before.from} of the entry before`,
        remedy: 'Write the oldest policy first, each from a date of its own.',
      },
    ];
  });
}

function maintenanceExceptionFindings({ maintenance = [] }: Parts['sections']): readonly Finding[] {
  return maintenance.flatMap(({ exceptions = [] }, index) =>
    exceptions.flatMap(({ from, until }, place) => {
      if (Date.parse(from) < Date.parse(until)) return [];
      const path = ['maintenance', index, 'exceptions', place, 'until'];
      return [
        {
          path,
          what: `${pathText(path)} is ${until}, not after ${from} of its \`from\``,
          remedy: 'Write the first instant at which it holds no more.',
        },
      ];
    }),
  );
}

/** Release managers may decide whatever roles are described. */
function rolesAmong(roles: NonNullable<Parts['sections']['roles']>): readonly string[] {
  return [...new Set([...Object.keys(roles), RELEASE_MANAGER])];
}
