import { startMirrorHouse, type MirrorHouse, type TestMirror } from '../support/mirror-house';
import { until } from '../support/until';

const MASTER = 'refs/heads/master';

let house: MirrorHouse;

beforeAll(async () => {
  house = await startMirrorHouse('dev');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

async function aMirror(looksPerRun: number): Promise<TestMirror> {
  const mirror = await house.mirror({
    looksPerRun,
    before: (sides) => {
      for (const side of ['canonical', 'security', 'build'] as const) sides.set(side, MASTER, 'a1');
    },
  });
  await mirror.comesTo('look', ({ lookedAt }) => lookedAt !== undefined);
  return mirror;
}

async function detailsOf({ handle }: TestMirror): Promise<string> {
  const { currentDetails } = await handle.query<{ readonly currentDetails: string }>(
    '__temporal_workflow_metadata',
  );
  return currentDetails;
}

async function stateOf({ handle }: TestMirror): Promise<unknown> {
  return (await handle.describe()).searchAttributes['SignalboxState']?.[0];
}

describe('with nothing but the page of the engine', () => {
  it('a mirror tells how it stands and whom it waits for, and is found by its state', async () => {
    const mirror = await aMirror(50);
    mirror.sides.set('security', MASTER, 'b1');
    await mirror.decide('verify');
    await mirror.comesTo('ask', ({ differing }) => differing[0]?.task !== undefined);
    await mirror.comesToRest();

    await until('the index to say so', async () => (await stateOf(mirror)) === 'differs');
    const details = await detailsOf(mirror);

    expect(details).toContain('**differs** since');
    expect(details).toContain('Waits for **release-manager**:\n\n- branch master, since');
    expect(details).toContain('([task 1](https://gitlab.test/');
    expect(details).not.toMatch(/\b[ab]1\b/);
  });

  it('every effect of a mirror has a line that people can read', async () => {
    const mirror = await aMirror(50);
    mirror.sides.set('canonical', MASTER, 'a2');
    await mirror.pushed(MASTER);
    await mirror.comesTo('bring it forward', () => mirror.sides.get('build', MASTER) === 'a2');

    const { events } = await mirror.handle.fetchHistory();
    const summaries = (events ?? [])
      .filter(({ activityTaskScheduledEventAttributes: scheduled }) => scheduled != null)
      .map(
        ({ userMetadata }) => JSON.parse(Buffer.from(userMetadata?.summary?.data ?? []).toString()) as string,
      );

    expect(summaries).toEqual([
      'Look at every ref',
      'See what needs somebody soon',
      'Look at branch master',
      'Bring branch master forward',
    ]);
  });
});

it('a mirror that has gone on as a new run is still found, and knows with which settings it runs', async () => {
  const mirror = await aMirror(2);
  const { runId: first } = await mirror.handle.describe();
  mirror.sides.set('security', MASTER, 'b1');
  await mirror.decide('verify');

  await until('a new run', async () => (await mirror.handle.describe()).runId !== first);
  const { memo } = await mirror.handle.describe();

  expect(memo).toEqual({ settings: 'as configured' });
  await until('the index to say so', async () => (await stateOf(mirror)) === 'differs');
  expect(await mirror.status()).toMatchObject({ state: 'differs', differing: [{ ref: MASTER }] });
});

it('decisions over many runs: none is lost, and one that comes a second time is answered as the first time', async () => {
  const mirror = await aMirror(2);
  const { runId: first } = await mirror.handle.describe();
  const decision = mirror.gateway.sign('verify', mirror.id);
  const verify = () => mirror.handle.executeUpdate('verify', { args: [decision] as [object] });
  const before = await verify();

  const answers: string[] = [];
  for (let round = 0; round < 6; round += 1) {
    const decided = await Promise.all([1, 2, 3].map(() => mirror.decide('verify')));
    answers.push(...decided.map(({ sentence }) => sentence));
  }
  mirror.sides.set('security', MASTER, 'b1');

  expect(new Set(answers)).toEqual(new Set(['All 1 refs are the same on all sides.']));
  expect(answers).toHaveLength(18);
  expect((await mirror.handle.describe()).runId).not.toBe(first);
  expect(await verify()).toEqual(before);
});

it('a mirror that was terminated and is started again asks about nothing twice', async () => {
  const mirror = await aMirror(50);
  mirror.sides.set('security', MASTER, 'b1');
  await mirror.decide('verify');
  await mirror.comesTo('ask', ({ differing }) => differing[0]?.task !== undefined);

  await mirror.startAgain();
  await mirror.comesTo('look', ({ lookedAt }) => lookedAt !== undefined);
  await mirror.decide('verify');

  expect(mirror.sides.callsOf('openMirrorTask')).toHaveLength(1);
  expect(await mirror.status()).toMatchObject({ differing: [{ ref: MASTER, task: { issue: 1 } }] });
});
