import { createReleaseEffects } from '../../../activities/create-release-effects';
import type { ClosedRelease, PublicationClaim, ReleaseEffects } from '../../../activities/effects';
import { fixesIn } from '../../../domain/embargo/disclosed-fix';
import { ENGINE } from '../../../domain/release/release';
import { mergeInPublic, plantSecretFix, type SecretFix } from '../../support/secret-fix';
import { failureOf, startOutsideWorld, type OutsideWorld } from '../outside-world';
import { reserve } from '../../support/records';

const MINORS = ['18.6', '18.5', '18.4'];

let world: OutsideWorld;

beforeEach(async () => {
  world = await startOutsideWorld();
}, 60_000);
afterEach(() => world.end());

function plantFix(code: string): Promise<SecretFix> {
  const lines = ['default', ...MINORS];
  return plantSecretFix(world, { code, project: 'gitaly', lines, path: 'a.rb', content: 'fixed' });
}

async function plant(code: string): Promise<string> {
  return (await plantFix(code)).embargo.id;
}

async function close(release: string): Promise<ClosedRelease> {
  const { settings } = world;
  return world.effects.closeRelease({ release, kind: 'patch', settings, cut: { patch: MINORS } });
}

type Between = () => Promise<unknown>;

/** Effects, and what others do after everything was read, and before a claim is made. */
function effectsWith(between: Between): ReleaseEffects {
  const { records } = world.outside;
  const publication: typeof records.publication = {
    ...records.publication,
    claim: async (step) => {
      await between();
      return records.publication.claim(step);
    },
  };
  return createReleaseEffects({ ...world.outside, records: { ...records, publication } });
}

async function claim(
  release: string,
  { versions: plans }: ClosedRelease,
  between: Between = () => Promise.resolve(),
): Promise<PublicationClaim> {
  const effects = effectsWith(between);
  const versions = plans.map(({ version }) => version);
  const { settings } = world;
  return effects.claimPublication({ release, kind: 'patch', settings, versions, fixes: fixesIn(plans) });
}

const FIRST = { release: 'monthly:18.7', workflowId: 'monthly:18.7', transitions: [] };

async function reserveFirstOfNextMinor(): Promise<void> {
  await reserve(world.records, FIRST.release, { '18.7.0': undefined });
}

/** Another release takes 18.7.0, and goes public with it. */
async function claimFirstOfNextMinor(): Promise<void> {
  await reserveFirstOfNextMinor();
  await world.records.publication.claim({ ...FIRST, versions: ['18.7.0'] });
}

function numbersOf({ versions }: ClosedRelease): readonly string[] {
  return versions.map(({ version }) => version).toSorted();
}

function disclosedBy({ versions }: ClosedRelease): readonly string[] {
  return [...new Set(fixesIn(versions).map(({ embargo }) => embargo))];
}

const stateOf = async (id: string) => (await world.records.embargoes.find(id))?.state;

it('claims what was composed, begins its disclosure, and finds its own claim again', async () => {
  const fix = await plant('k3v9x0q2ab');
  const closed = await close('patch:1');

  expect(await claim('patch:1', closed)).toMatchObject({ claimed: true, overtaken: [] });
  // By now another minor owes the fix; a claim that is made is no foreign fact.
  await claimFirstOfNextMinor();
  expect(await claim('patch:1', closed)).toMatchObject({ claimed: true, overtaken: [] });

  expect(disclosedBy(closed)).toEqual([fix]);
  expect(await world.records.embargoes.find(fix)).toMatchObject({ state: 'disclosing', plan: 'patch:1' });
});

it('claims nothing with a fix that is pulled after it was looked at', async () => {
  const fix = await plant('k3v9x0q2ab');
  const closed = await close('patch:1');
  const pull = { embargo: fix, key: 'pull', actor: ENGINE, reason: 'It does not help.' };

  const answer = await claim('patch:1', closed, () =>
    world.records.embargoes.move({ ...pull, from: 'sealed', to: 'withdrawn' }),
  );

  expect(answer).toMatchObject({ claimed: false, overtaken: numbersOf(closed) });
  expect(await stateOf(fix)).toBe('withdrawn');
});

it('claims nothing once the first version of another minor is claimed after it was looked at', async () => {
  const fix = await plant('k3v9x0q2ab');
  const closed = await close('patch:1');

  const answer = await claim('patch:1', closed, claimFirstOfNextMinor);

  expect(answer).toMatchObject({ claimed: false, overtaken: numbersOf(closed) });
  expect(await stateOf(fix)).toBe('sealed');
});

it('lets one of two patches disclose a fix, and the other one publish without it', async () => {
  const fix = await plant('k3v9x0q2ab');
  const first = await close('patch:1');
  const second = await close('patch:2');

  const late = await claim('patch:1', first, () => claim('patch:2', second));

  expect(late).toMatchObject({ claimed: false, overtaken: numbersOf(first) });
  expect(await world.records.embargoes.find(fix)).toMatchObject({ state: 'disclosing', plan: 'patch:2' });
});

it('plans with a minor whose first version is claimed, though nothing of it is on canonical', async () => {
  await plant('k3v9x0q2ab');
  await claimFirstOfNextMinor();

  expect(disclosedBy(await close('patch:1'))).toEqual([]);
});

it('keeps what was maintained when it opened, whatever comes out until it is published', async () => {
  const { settings } = world;
  const opened = { release: 'patch:1', kind: 'patch' as const, settings, minors: MINORS };
  const window = async () =>
    world.records.effects.find<{ maintained: readonly string[] }>('patch:1/open/window');

  await world.effects.surveyLines(opened);
  const first = await window();
  await claimFirstOfNextMinor();
  await world.effects.surveyLines(opened);

  expect(first?.maintained).toEqual(MINORS);
  expect(await window()).toEqual(first);
});

/** The stable branch of the minor, cut from what the fix on the default branch is in. */
async function branchOff(head: string): Promise<void> {
  const { canonical } = world.project('gitaly').repositories;
  const mirror = world.mirrorOf(world.project('gitaly'));
  await mirror.remote(['push', '--quiet', mirror.urlOf('canonical'), `${head}:refs/heads/18-7-stable`]);
  expect(await world.refOf(canonical, 'refs/heads/18-7-stable')).toBe(head);
}

async function disclose(id: string): Promise<void> {
  const { embargoes } = world.records;
  const change = { embargo: id, actor: ENGINE, reason: 'planted' };
  const begun = { ...change, key: `${id}/begin`, plan: 'patch:1' };
  await embargoes.move({ ...begun, from: 'sealed', to: 'disclosing' });
  await embargoes.move({ ...change, key: `${id}/end`, from: 'disclosing', to: 'disclosed' });
}

async function publicHead(): Promise<string> {
  const { repositories, defaultBranch } = world.project('gitaly');
  return (await world.refOf(repositories.canonical, `refs/heads/${defaultBranch}`)) ?? '';
}

function claimFirst(between: Between = () => Promise.resolve()): Promise<PublicationClaim> {
  const { settings } = world;
  const versions = ['18.7.0'];
  return effectsWith(between).claimPublication({
    release: FIRST.release,
    kind: 'monthly',
    settings,
    versions,
    fixes: [],
  });
}

describe('the first version of a minor', () => {
  it('needs nothing of a topic that was given up before the fix was disclosed', async () => {
    const { embargo, heads } = await plantFix('k3v9x0q2ab');
    const givenUp = { project: 'gitlab', line: 'default', branch: 'topic/k3v9x0q2ab/default' };
    const change = { embargo: embargo.id, actor: ENGINE, reason: 'planted' };
    await world.records.embargoes.registerTopic({
      ...change,
      key: 'another',
      topic: { ...givenUp, head: '9'.repeat(40) },
      objects: [],
      fingerprints: [],
      making: 'none',
    });
    await world.records.embargoes.removeTopic({ ...change, key: 'given-up', ...givenUp });
    await disclose(embargo.id);
    await branchOff(heads['default'] ?? '');
    await reserveFirstOfNextMinor();

    expect(await claimFirst()).toMatchObject({ claimed: false, overtaken: [], lacking: ['18.7'] });
  });

  it('has a fix whose branch was deleted once it was public', async () => {
    const { embargo, heads } = await plantFix('k3v9x0q2ab');
    await disclose(embargo.id);
    await world.records.embargoes.removeTopic({
      embargo: embargo.id,
      actor: ENGINE,
      reason: 'planted',
      key: 'gone',
      project: 'gitaly',
      line: 'default',
    });
    await branchOff(heads['default'] ?? '');
    await reserveFirstOfNextMinor();

    expect(await claimFirst()).toMatchObject({ claimed: false, overtaken: [], lacking: ['18.7'] });
  });

  it('is claimed again after a disclosure that came to its end while it was compared', async () => {
    const { embargo, heads } = await plantFix('k3v9x0q2ab');
    await branchOff(await publicHead());
    await reserveFirstOfNextMinor();

    const late = await claimFirst(async () => {
      await disclose(embargo.id);
      await branchOff(heads['default'] ?? '');
    });
    const again = await claimFirst();

    expect(late).toMatchObject({ claimed: false, overtaken: [], lacking: [], unfinished: ['patch:1'] });
    expect(again).toMatchObject({ claimed: false, overtaken: [], lacking: ['18.7'] });
  });

  it('lacks a version with what was disclosed after its stable branch was cut, which the claim merges into it', async () => {
    const fix = await plantFix('k3v9x0q2ab');
    await branchOff(await publicHead());
    await reserveFirstOfNextMinor();
    await mergeInPublic(world, { project: 'gitaly', fix });
    await disclose(fix.embargo.id);

    expect(await claimFirst()).toMatchObject({ claimed: false, overtaken: [], lacking: ['18.7'] });

    const canonical = world.repository(world.project('gitaly').repositories.canonical);
    const missing = [
      'rev-list',
      '--max-count=1',
      fix.heads['default'] ?? '',
      '--not',
      'refs/heads/18-7-stable',
    ];
    expect(await canonical.git(missing)).toBe('');
  });

  it('gets nothing more on its stable branch once it is claimed', async () => {
    const fix = await plantFix('k3v9x0q2ab');
    const before = await publicHead();
    await branchOff(before);
    await claimFirstOfNextMinor();
    await mergeInPublic(world, { project: 'gitaly', fix });
    await disclose(fix.embargo.id);

    expect(await claimFirst()).toMatchObject({ claimed: true });

    const { canonical } = world.project('gitaly').repositories;
    expect(await world.refOf(canonical, 'refs/heads/18-7-stable')).toBe(before);
  });

  it('waits for a person who merges what is public and not on its stable branch, unless it was claimed before', async () => {
    const { embargo } = await plantFix('k3v9x0q2ab');
    await branchOff(await publicHead());
    await reserveFirstOfNextMinor();
    await disclose(embargo.id);

    expect(await failureOf(claimFirst())).toMatchObject({
      type: 'RefusedByPolicy',
      message: expect.stringContaining('lacks a security fix, which is public'),
    });
    await world.records.publication.claim({ ...FIRST, versions: ['18.7.0'] });
    expect(await claimFirst()).toMatchObject({ claimed: true });
  });
});

it('lacks a version of a minor that came out by another hand, though nothing was ever under embargo', async () => {
  const { settings } = world;
  await world.effects.surveyLines({ release: 'patch:1', kind: 'patch', settings, minors: MINORS });
  const closed = await close('patch:1');
  const { canonical } = world.project('gitaly').repositories;
  await world.repository(canonical).git(['tag', 'v18.7.0', 'refs/heads/master']);

  expect(await claim('patch:1', closed)).toMatchObject({ claimed: false, lacking: ['18.7'] });
});
