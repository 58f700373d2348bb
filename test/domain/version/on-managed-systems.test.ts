import { array, assert, boolean, constantFrom, option, property, uniqueArray } from 'fast-check';
import { onManagedSystemsVerdict, type ManagedSystem } from '../../../domain/version/on-managed-systems';

const FIX = 'embargo:7h2k9x0q4d';

function system(name: string, settled?: boolean): ManagedSystem {
  return settled === undefined
    ? { system: name }
    : { system: name, runs: { package: '18.7.202612011000', settled } };
}

const EXCEPTION = { system: 'tenant-9', approvedBy: 'mo', reason: 'shut down since Monday' };

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
    `${FIX} is on every managed system but tenant-9, named as exceptions.`,
  ],
])('when %s', (_what, systems, exceptions, verdict, sentence) => {
  expect(onManagedSystemsVerdict({ fix: FIX, systems, exceptions })).toMatchObject({
    verdict,
    ...(sentence === undefined ? {} : { sentence }),
  });
});

it('names exceptions with who approved them and why', () => {
  const { evidence } = onManagedSystemsVerdict({ fix: FIX, systems: [], exceptions: [EXCEPTION] });

  expect(evidence).toEqual([{ label: 'exception for tenant-9', value: 'mo: shut down since Monday' }]);
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
