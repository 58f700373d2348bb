import { inCleanRoom } from '../../../activities/git/clean-room';
import { publicStoreAt } from '../../../activities/git/public-store';
import type { TrustedRun } from '../../../activities/git/trusted-git';
import { startGateHouse, type GateHouse } from '../../support/gate-house';
import { failureOf } from '../outside-world';

/** Git as it is, but that it packs one object more than it was asked for. */
let stowaway: string | undefined;
jest.mock('../../../activities/git/trusted-git', () => {
  const actual = jest.requireActual('../../../activities/git/trusted-git');
  const trustedShell = ({ input = '', ...run }: TrustedRun, script: string) => {
    const more = script.includes('git pack-objects') && stowaway !== undefined ? `${stowaway}\n` : '';
    return actual.trustedShell({ ...run, input: `${input}${more}` }, script);
  };
  return { ...actual, trustedShell };
});

let house: GateHouse;

beforeAll(async () => {
  house = await startGateHouse();
});
afterEach(() => {
  stowaway = undefined;
});
afterAll(() => house.end());

async function cleared() {
  const commit = await house.commit({ on: ['p1'], changes: { VERSION: '18.6.2\n' } });
  const tree = house.git('mirror', ['rev-parse', `${commit}^{tree}`]);
  const file = house.git('mirror', ['rev-parse', `${commit}:VERSION`]);
  return {
    push: { release: 'patch:7', project: house.project, refs: [], made: [commit] },
    objects: [commit, tree, file],
    revision: 1,
    store: publicStoreAt(house.world.repository('canonical')),
  };
}

it('holds what was cleared and what is public, and nothing of the mirror that it was filled from', async () => {
  const push = await cleared();
  const secret = house.world.sha('t2');

  const seen = await inCleanRoom(house.mirror, {
    cleared: push,
    work: async (room) =>
      [...push.objects, house.world.sha('p1'), secret].map((id) =>
        house.git('mirror', ['--git-dir', room, 'cat-file', '--batch-check'], id),
      ),
  });

  expect(house.holds('mirror', secret)).toBe(true);
  expect(seen.map((line) => line.split(' ')[1])).toEqual(['commit', 'tree', 'blob', 'commit', 'missing']);
});

it('is not pushed from when something has come along', async () => {
  const push = await cleared();
  const work = jest.fn();
  stowaway = house.world.sha('t2');

  const failure = await failureOf(inCleanRoom(house.mirror, { cleared: push, work }));

  expect(failure).toMatchObject({ type: 'BugInUs' });
  expect(failure.message).toContain('3 objects were cleared, and 4 are about to be pushed');
  expect(work).not.toHaveBeenCalled();
});
