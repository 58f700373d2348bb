import { createReleaseEffects } from '../../../activities/create-release-effects';
import type { ReleaseEffects } from '../../../activities/effects';
import { fixesIn } from '../../../domain/embargo/disclosed-fix';
import { ESCAPE, plantSecretFix } from '../../support/secret-fix';
import { unitOf } from '../../support/records';
import { failureOf, startOutsideWorld, type OutsideWorld } from '../outside-world';
import { numbersOf, patchesOf, type Patches } from '../patches';

const CANONICAL = 'gitlab-org/gitaly';
const SECURITY = 'gitlab-org/security/gitaly';
const STABLE = 'refs/heads/18-6-stable';
const MINORS = ['18.6', '18.5', '18.4'];

let world: OutsideWorld;
let patches: Patches;

/** A product of one project. */
beforeEach(async () => {
  world = await startOutsideWorld();
  patches = patchesOf(world, { ...world.settings, projects: [world.project('gitaly')] });
}, 60_000);
afterEach(() => world.end());

/** Another worker, and what others do while it claims, once it has read canonical. */
async function effectsWith(between: () => Promise<void>): Promise<ReleaseEffects> {
  const { outside } = await world.anotherWorker();
  const { records } = outside;
  let isDone: Promise<void> | undefined;
  const artifacts: typeof records.artifacts = {
    ...records.artifacts,
    ofRelease: async (release) => {
      await (isDone ??= between());
      return records.artifacts.ofRelease(release);
    },
  };
  return createReleaseEffects({ ...outside, records: { ...records, artifacts } });
}

/** As an administrator may, on both sides. @returns where it was */
async function setStableBranch(to: string): Promise<string> {
  const before = (await world.refOf(CANONICAL, STABLE)) ?? '';
  for (const path of [CANONICAL, SECURITY]) await world.repository(path).git(['update-ref', STABLE, to]);
  return before;
}

function plantFix() {
  return plantSecretFix(world, { ...ESCAPE, lines: ['default', ...MINORS] });
}

it('publishes no version without a fix that a public one of its minor has, whatever its stable branch was set back to', async () => {
  const before = (await world.refOf(CANONICAL, STABLE)) ?? '';
  const { embargo } = await plantFix();
  const first = await patches.cut('patch:1', MINORS);
  await patches.publish('patch:1', first);
  const level = await patches.cut('patch:2', ['18.6']);
  const whole = await setStableBranch(before);
  const fallen = await patches.cut('patch:3', ['18.6']);

  const refused = await failureOf(patches.claim('patch:3', fallen));
  const states = await world.records.versions.ofRelease('patch:3');
  await setStableBranch(whole);
  const mended = await patches.claim('patch:3', fallen);
  const above = await patches.claim('patch:2', level);

  expect(fixesIn(first.versions).map(({ embargo: id }) => id)).toContain(embargo.id);
  const [number = ''] = numbersOf(fallen);
  expect(refused).toMatchObject({
    type: 'RefusedByPolicy',
    message: expect.stringContaining(`${number}: it lacks a security fix that 18.6.2 has.`),
  });
  expect(states.map(({ state }) => state)).toEqual(['reserved']);
  expect(mended).toMatchObject({ claimed: false, overtaken: [number] });
  expect(above).toMatchObject({ claimed: true });
}, 120_000);

it('keeps what a version discloses that was withdrawn since: whoever has it would lose the fix all the same', async () => {
  const before = (await world.refOf(CANONICAL, STABLE)) ?? '';
  await plantFix();
  const first = await patches.cut('patch:1', MINORS);
  await patches.publish('patch:1', first);
  const unit = unitOf('patch:1', numbersOf(first));
  await world.records.publication.markWithdrawn({ ...unit, reason: 'It loses uploads.' });
  await setStableBranch(before);
  const fallen = await patches.cut('patch:2', ['18.6']);

  const refused = await failureOf(patches.claim('patch:2', fallen));

  expect(refused.message).toContain('it lacks a security fix that 18.6.2 has.');
}, 120_000);

it('blames no stable branch for a fix that came out while it claims: it is cut again, and nobody is asked', async () => {
  const without = await patches.cut('patch:1', ['18.6']);
  await plantFix();
  const other = await patches.cut('patch:2', MINORS);
  const effects = await effectsWith(() => patches.publish('patch:2', other));

  const claimed = await patches.claim('patch:1', without, effects);

  expect(claimed).toMatchObject({ claimed: false, overtaken: numbersOf(without) });
}, 120_000);
