import { resolve } from 'node:path';
import { GateCopy } from '../support/gate-copy';
import { gateFaults, undecidedParts, type GateFault } from '../support/gate-faults';

const root = resolve(__dirname, '..', '..');
/** A few in short, all of them in the long form. */
const MOMENTS = Number(process.env['SIGNALBOX_PROOF_MOMENTS'] ?? 3);
const ALL_FROM = 10;
const A_FAULT_MS = 10 * 60_000;

const faults = chosen(gateFaults(root));

function chosen(all: readonly GateFault[]): readonly GateFault[] {
  if (MOMENTS >= ALL_FROM) return all;
  const step = Math.floor(all.length / MOMENTS);
  return all.filter((_fault, index) => index % step === 0).slice(0, MOMENTS);
}

/** A gate whose tests pass without it proves nothing: each of its parts is taken out in turn, in a copy of the house. */
describe('the gate, with one of its parts taken out', () => {
  let copy: GateCopy;

  beforeAll(async () => {
    copy = await GateCopy.of(root);
  }, A_FAULT_MS);
  afterAll(() => copy.end());

  it('has no part that nobody has decided about', () => {
    expect(undecidedParts(root)).toEqual([]);
  });

  it(
    'is not taken for caught where the copy only no longer runs',
    async () => {
      const broken = copy.firstFallen({ name: 'not a program', file: faults[0]?.file ?? '', content: ')' });

      await expect(broken).rejects.toThrow('could not be run with not a program');
    },
    A_FAULT_MS,
  );

  it.each(faults.map((fault) => [fault.name, fault] as const))(
    'is caught: %s',
    async (name, fault) => {
      const fallen = await copy.firstFallen(fault);

      process.stderr.write(`${name}: ${fallen ?? 'SURVIVES'}\n`);
      expect(fallen).toBeDefined();
    },
    A_FAULT_MS,
  );
});
