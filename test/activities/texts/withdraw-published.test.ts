import { withdrawalToldKey } from '../../../domain/version/withdrawal';
import { startOutsideWorld, type OutsideWorld } from '../outside-world';
import { reserve, unitOf } from '../../support/records';

const BY = { id: 'rosa', roles: ['release-manager'] };
const RELEASE = 'patch:1';
const VERSION = '18.5.4';

let world: OutsideWorld;

beforeAll(async () => {
  world = await startOutsideWorld();
  const { records, effects, settings } = world;
  const opened = { id: RELEASE, kind: 'patch', title: 'Patch release 1', requestKey: 'p' } as const;
  await records.releases.nextSerial({ kind: 'patch', requestKey: opened.requestKey });
  await records.releases.open({ ...opened, settings, startedBy: BY });
  await effects.openReleaseIssue({ ...step(), title: 'A patch', text: 'Soon.' });
  await reserve(records, RELEASE, { [VERSION]: undefined });
  const unit = unitOf(RELEASE, [VERSION]);
  await records.publication.claim(unit);
  await records.publication.markPublished(unit);
}, 60_000);
afterAll(() => world.end());

function step() {
  return { release: RELEASE, kind: 'patch', settings: world.settings } as const;
}

function withdrawal() {
  return { ...step(), version: VERSION, reason: 'It loses uploads.', by: BY };
}

it('opens the successor with the rules as they are now, not those of the release that is years old', async () => {
  const successorSettings = { ...world.settings, pipelineRetries: 7 };

  const first = await world.effects.withdrawPublished({ ...withdrawal(), successorSettings });
  const again = await world.effects.withdrawPublished({ ...withdrawal(), successorSettings });

  expect(first.successor.settings).toMatchObject({ pipelineRetries: 7 });
  expect(first.successor.settings.approvals.at(-1)).toMatchObject({ kinds: ['patch'], before: 'closed' });
  expect(again.successor).toEqual(first.successor);
});

it('keeps the reason of whoever was first, and who opened the successor, when somebody else goes on with it', async () => {
  const other = { reason: 'It is old.', by: { id: 'maria', roles: ['release-manager'] } };
  const successorSettings = world.settings;

  const first = await world.effects.withdrawPublished({ ...withdrawal(), successorSettings });
  const then = await world.effects.withdrawPublished({ ...withdrawal(), ...other, successorSettings });

  expect(first).toMatchObject({ reason: 'It loses uploads.', successor: { startedBy: BY } });
  expect(then).toEqual(first);
});

it('writes that everybody was told once they were, and says it again as it was', async () => {
  const told = { ...withdrawal(), successor: 'patch:2' };
  const key = withdrawalToldKey({ release: RELEASE, version: VERSION });
  const before = await world.records.effects.find(key);

  const first = await world.effects.tellWithdrawal(told);
  const again = await world.effects.tellWithdrawal(told);

  expect(before).toBeUndefined();
  expect(await world.records.effects.find(key)).toEqual({ at: first.at });
  expect(again).toEqual(first);
});
