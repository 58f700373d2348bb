import { resolve } from 'node:path';
import { caughtParts } from '../support/gate-catchers';
import { GateCopies } from '../support/gate-copies';
import type { Fall } from '../support/gate-copy';
import { gateFaults, undecidedParts, type GateFault } from '../support/gate-faults';

const root = resolve(__dirname, '..', '..');
const MOMENTS = Number(process.env['SIGNALBOX_PROOF_MOMENTS'] ?? 3);
const ALL_FROM = 10;
/** No more parts than that in the short form, from all over the gate. */
const IN_SHORT = 20;
const COPIES = 2;
/** With the wait for a copy, and for all of the gate's tests where none falls. */
const A_FAULT_MS = 30 * 60_000;

const every = gateFaults(root);
const faults = chosen(every);

function chosen(all: readonly GateFault[]): readonly GateFault[] {
  if (MOMENTS >= ALL_FROM) return all;
  const step = Math.ceil(all.length / IN_SHORT);
  return all.filter((_fault, index) => index % step === 0);
}

/** A gate whose tests pass without it proves nothing: each of its parts is taken out in turn, in a copy of the house. */
describe('the gate, with one of its parts taken out', () => {
  let copies: GateCopies;

  beforeAll(async () => {
    copies = await GateCopies.of(root, COPIES);
  }, A_FAULT_MS);
  afterAll(() => copies.end());

  it('has no part that nobody has decided about', () => {
    expect(undecidedParts(root)).toEqual([]);
  });

  it('knows no catcher of a part that it does not have', () => {
    const parts = new Set(every.map(({ part }) => part));

    expect(caughtParts().filter((part) => !parts.has(part))).toEqual([]);
  });

  it(
    'is not taken for caught where the copy only no longer runs',
    async () => {
      const [{ part, file } = { part: '', file: '' }] = faults;
      const broken = copies.firstFallen({ name: 'not a program', part, file, content: ')' });

      await expect(broken).rejects.toThrow('could not be run with not a program');
    },
    A_FAULT_MS,
  );

  it.concurrent.each(faults.map((fault) => [fault.name, fault] as const))(
    'is caught: %s',
    async (name, fault) => {
      const fall = await copies.firstFallen(fault);

      process.stderr.write(`${name}: ${fall === undefined ? 'SURVIVES' : inWords(fall)}\n`);
      expect(fall).toBeDefined();
    },
    A_FAULT_MS,
  );
});

function inWords({ run, test }: Fall): string {
  return `${run.file} > ${test}${run.only === undefined ? ' (not known to catch it)' : ''}`;
}
