import { array, assert, boolean, constantFrom, option, property, uniqueArray } from 'fast-check';
import {
  missingSystems,
  onManagedSystemsVerdict,
  systemsVerdicts,
  type ManagedSystem,
} from '../../../domain/version/on-managed-systems';

const FIX = 'embargo:7h2k9x0q4d';

function system(name: string, settled?: boolean): ManagedSystem {
  return settled === undefined
    ? { system: name }
    : { system: name, runs: { package: '18.7.202612011000', settled } };
}

const UNTIL = '2026-12-05T00:00:00.000Z';
const EXCEPTION = { system: 'tenant-9', approvedBy: 'mo', reason: 'shut down since Monday', until: UNTIL };

it.each([
  ['every system has it', [system('gprd', true), system('cell-1', true)], [], 'pass', undefined],
  [
    'a cell lacks it',
    [system('gprd', true), system('cell-1', false), system('tenant-9')],
    [],
    'wait',
    `${FIX} is not on cell-1 yet; each gets it, or is named as an exception.`,
  ],
  [
    'a tenant does not answer',
    [system('gprd', true), system('tenant-9')],
    [],
    'unknown',
    `Whether ${FIX} is on tenant-9 could not be read.`,
  ],
  [
    'the one without it is named',
    [system('gprd', true), system('tenant-9', false)],
    [EXCEPTION],
    'pass',
    `${FIX} is on every managed system but tenant-9 (excepted by mo until ${UNTIL}).`,
  ],
  [
    'no system is configured',
    [],
    [],
    'pass',
    `${FIX} was asked of no managed system: none that is configured runs its project.`,
  ],
  [
    'the only one is named',
    [system('tenant-9', false)],
    [EXCEPTION],
    'pass',
    `${FIX} was asked of no managed system: tenant-9 (excepted by mo until ${UNTIL}).`,
  ],
  [
    'the one that is named has it all the same',
    [system('gprd', true), system('tenant-9', true)],
    [EXCEPTION],
    'pass',
    `${FIX} is on every managed system.`,
  ],
  [
    'another one than the one that is named lacks it',
    [system('gprd', false), system('tenant-9', false)],
    [EXCEPTION],
    'wait',
    `${FIX} is not on gprd yet; each gets it, or is named as an exception.`,
  ],
])('when %s', (_what, systems, exceptions, verdict, sentence) => {
  expect(onManagedSystemsVerdict({ fix: FIX, systems, exceptions })).toMatchObject({
    verdict,
    ...(sentence === undefined ? {} : { sentence }),
  });
});

it('names exceptions with who approved them and why', () => {
  const { evidence } = onManagedSystemsVerdict({ fix: FIX, systems: [], exceptions: [EXCEPTION] });

  expect(evidence).toEqual([
    { label: 'exception for tenant-9', value: `mo, until ${UNTIL}: shut down since Monday` },
  ]);
});

it('passes only when each system has it or is named', () => {
  const names = constantFrom<string>('gprd', 'cell-1', 'cell-2', 'tenant-9');
  assert(
    property(
      uniqueArray(names),
      array(option(boolean()), { minLength: 4, maxLength: 4 }),
      uniqueArray(names),
      (asked, answers, excepted) => {
        const systems = asked.map((name, index) => system(name, answers[index] ?? undefined));
        const exceptions = excepted.map((name) => ({ ...EXCEPTION, system: name }));

        const { verdict } = onManagedSystemsVerdict({ fix: FIX, systems, exceptions });

        const open = systems.filter(({ system: name }) => !excepted.includes(name));
        expect(verdict === 'pass').toBe(open.every(({ runs }) => runs?.settled === true));
      },
    ),
  );
});

function never(name: string): ManagedSystem {
  return { system: name, isVacant: true };
}

describe('a fix in several projects', () => {
  it.each<[string, readonly ManagedSystem[], readonly ManagedSystem[], readonly string[]]>([
    [
      'is asked of a system only where its project was ever brought there',
      [system('gprd', true)],
      [never('gprd')],
      ['pass', 'pass'],
    ],
    [
      'lacks it where the one that is there lacks it',
      [system('gprd', false)],
      [never('gprd')],
      ['wait', 'pass'],
    ],
    [
      'is not known on a system to which none of them ever came',
      [never('gprd')],
      [never('gprd')],
      ['unknown', 'unknown'],
    ],
    [
      'is not known where the one that is there cannot be read',
      [system('gprd')],
      [never('gprd')],
      ['unknown', 'pass'],
    ],
  ])('%s', (_, gitlab, gitaly, expected) => {
    const projects = [
      { project: 'gitlab', systems: gitlab },
      { project: 'gitaly', systems: gitaly },
    ];

    const verdicts = systemsVerdicts(projects, []);

    expect(verdicts.map(({ verdict }) => verdict)).toEqual(expected);
  });

  it('is known to be missing before it is said that something could not be read', () => {
    const projects = [
      { project: 'gitlab', systems: [system('gprd')] },
      { project: 'gitaly', systems: [system('gprd', false)] },
    ];

    const found = missingSystems(projects, []);

    expect(found).toMatchObject({ verdict: 'wait', sentence: expect.stringMatching(/^The fix in gitaly/) });
  });

  it('is missing nowhere where each system that lacks it, or cannot be read, is named', () => {
    const projects = [
      { project: 'gitlab', systems: [system('gprd', true), system('tenant-9')] },
      { project: 'gitaly', systems: [system('gprd', true), system('tenant-9', false)] },
    ];

    expect(missingSystems(projects, [])).toMatchObject({ verdict: 'wait' });
    expect(missingSystems(projects, [EXCEPTION])).toBeUndefined();
  });
});
