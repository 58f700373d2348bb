import { refusalOf } from '../support/decisions';
import { LOOK_EVERY_MS, startMirrorHouse, type MirrorHouse, type TestMirror } from '../support/mirror-house';
import type { ScriptedSides } from '../support/scripted-sides';
import { until } from '../support/until';

const MASTER = 'refs/heads/master';
const STABLE = 'refs/heads/18-6-stable';
const TAG = 'refs/tags/v18.6.2';
const SIDES = ['canonical', 'security', 'build'] as const;

let house: MirrorHouse;

beforeAll(async () => {
  house = await startMirrorHouse('time-skipping');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

function equal(sides: ScriptedSides): void {
  for (const side of SIDES) {
    sides.set(side, MASTER, 'a1');
    sides.set(side, STABLE, 'a1');
    sides.set(side, 'refs/tags/v18.6.1', 'a1');
  }
}

async function aMirror(told: Parameters<MirrorHouse['mirror']>[0] = {}): Promise<TestMirror> {
  const mirror = await house.mirror({ before: equal, ...told });
  await mirror.comesTo('look', ({ lookedAt }) => lookedAt !== undefined);
  await mirror.comesToRest();
  return mirror;
}

function objects({ sides }: TestMirror, ref: string): readonly (string | undefined)[] {
  return SIDES.map((side) => sides.get(side, ref));
}

/** What each look was asked for; `all` for everything. */
function looks({ sides }: TestMirror): readonly string[] {
  return sides.callsOf('lookAtRefs').map(({ input }) => {
    const { refs } = input as { readonly refs?: readonly string[] };
    return refs?.join(' ') ?? 'all';
  });
}

async function runs({ handle }: TestMirror): Promise<string> {
  return (await handle.describe()).runId;
}

describe('a mirror', () => {
  it('looks at everything when it starts, and then waits', async () => {
    const mirror = await aMirror();

    const status = await mirror.status();

    expect(status).toMatchObject({
      state: 'in_sync',
      refs: 3,
      verdict: { verdict: 'pass', sentence: 'All 3 refs are the same on all sides.' },
      moving: [],
      differing: [],
    });
    expect(looks(mirror)).toEqual(['all']);
    expect(mirror.sides.callsOf('syncRefs')).toEqual([]);
  });

  it('looks at what was pushed, and brings it to the other sides', async () => {
    const mirror = await aMirror();
    mirror.sides.set('canonical', MASTER, 'a2');

    await mirror.pushed(MASTER);
    await until('the sides to agree', () => objects(mirror, MASTER).every((object) => object === 'a2'));

    await mirror.comesTo('hear of it', ({ state }) => state === 'in_sync');
    expect(looks(mirror)).toEqual(['all', MASTER]);
  });

  it('looks at nothing that is not mirrored', async () => {
    const mirror = await aMirror();

    await mirror.pushed('refs/heads/feature');
    await mirror.handle.signal('pushed', { ref: 17 });
    await mirror.handle.signal('pushed');
    await mirror.comesToRest();

    expect(looks(mirror)).toEqual(['all']);
  });

  it('finds at the regular look what no webhook has told', async () => {
    const mirror = await aMirror();
    mirror.sides.set('canonical', STABLE, 'a2');
    mirror.sides.set('canonical', TAG, 'a2');

    await house.pass(LOOK_EVERY_MS + 1_000);

    expect(looks(mirror)).toEqual(['all', 'all']);
    expect(objects(mirror, STABLE)).toEqual(['a2', 'a2', 'a2']);
    expect(objects(mirror, TAG)).toEqual(['a2', 'a2', 'a2']);
  });

  it('takes many pushes at once for one look at everything', async () => {
    const mirror = await aMirror();
    const refs = Array.from({ length: 60 }, (_, index) => `refs/tags/v18.6.${index + 2}`);
    for (const ref of refs) mirror.sides.set('canonical', ref, 'a1');

    await Promise.all(refs.map((ref) => mirror.pushed(ref)));
    await until('every tag to be there', () => refs.every((ref) => mirror.sides.get('build', ref) === 'a1'));
    await mirror.comesToRest();

    expect(looks(mirror).length).toBeLessThan(10);
  });
});

describe('one broken ref among many', () => {
  it('stops no other, and becomes one task', async () => {
    const mirror = await aMirror();
    const { sides } = mirror;
    sides.set('security', STABLE, 'b1');
    for (const ref of [MASTER, STABLE, TAG]) sides.set('canonical', ref, 'a2');

    await house.pass(LOOK_EVERY_MS + 1_000);
    await mirror.comesTo('ask', ({ differing }) => differing[0]?.task !== undefined);
    await house.pass(2 * LOOK_EVERY_MS);
    const status = await mirror.status();

    expect(objects(mirror, MASTER)).toEqual(['a2', 'a2', 'a2']);
    expect(objects(mirror, TAG)).toEqual(['a2', 'a2', 'a2']);
    expect(objects(mirror, STABLE)).toEqual(['a2', 'b1', 'a2']);
    expect(status).toMatchObject({
      state: 'differs',
      verdict: {
        verdict: 'fail',
        whoActs: 'release-manager',
        sentence: '1 ref is not the same everywhere: branch 18-6-stable.',
        evidence: [
          { label: 'branch 18-6-stable', value: 'task 1', url: expect.stringContaining('/issues/1') },
        ],
      },
      differing: [{ ref: STABLE, state: 'diverged', ways: ['follow'] }],
    });
    expect(sides.callsOf('openMirrorTask')).toHaveLength(1);
  });

  it('is told again on its task only when the other side moves', async () => {
    const mirror = await aMirror();
    const { sides } = mirror;
    sides.set('security', MASTER, 'b1');
    await house.pass(LOOK_EVERY_MS + 1_000);
    sides.set('canonical', MASTER, 'a2');
    await house.pass(LOOK_EVERY_MS);
    const before = sides.callsOf('openMirrorTask').length;
    sides.set('security', MASTER, 'b2');
    await house.pass(LOOK_EVERY_MS);

    const calls = sides
      .callsOf('openMirrorTask')
      .map(({ input }) => (input as { hasChanged: boolean }).hasChanged);

    // Build went on with canonical, which is news as well.
    expect(calls.slice(0, before)).toEqual([false, true]);
    expect(calls.slice(before)).toEqual([true]);
    expect([...sides.issues.keys()]).toEqual([1]);
  });

  it('closes its task by itself once all agree again', async () => {
    const mirror = await aMirror();
    const { sides } = mirror;
    sides.set('security', MASTER, 'a2');
    await house.pass(LOOK_EVERY_MS + 1_000);
    sides.set('canonical', MASTER, 'a2');

    await mirror.pushed(MASTER);
    await mirror.comesTo('agree', ({ state }) => state === 'in_sync');

    await until('the issue to be closed', () => sides.issues.get(1) === 'closed');
    expect(objects(mirror, MASTER)).toEqual(['a2', 'a2', 'a2']);
  });

  it('that a side refuses is tried at every look, and a task only when it stays so', async () => {
    const mirror = await aMirror();
    const { sides } = mirror;
    sides.faults.refused.add(`security ${MASTER}`);
    sides.set('canonical', MASTER, 'a2');
    await mirror.pushed(MASTER);
    await mirror.comesTo('be refused', ({ differing }) => differing[0]?.state === 'refused');
    const asked = sides.callsOf('openMirrorTask').length;
    await house.pass(LOOK_EVERY_MS + 1_000);
    const later = sides.callsOf('openMirrorTask').length;
    sides.faults.refused.clear();
    await house.pass(LOOK_EVERY_MS);

    expect([asked, later]).toEqual([0, 1]);
    expect(objects(mirror, MASTER)).toEqual(['a2', 'a2', 'a2']);
    expect(sides.issues.get(1)).toBe('closed');
  });

  it('whose task cannot be opened now is asked about at the next look', async () => {
    const mirror = await aMirror();
    const { sides } = mirror;
    sides.faults.failing.set('openMirrorTask', 1);
    sides.set('security', MASTER, 'b1');

    await house.pass(LOOK_EVERY_MS + 1_000);
    const first = sides.issues.size;
    await house.pass(LOOK_EVERY_MS);

    expect(first).toBe(0);
    expect(sides.issues.size).toBe(1);
  });
});

describe('an outside that does not answer', () => {
  it('is told as unknown, and asked again soon', async () => {
    const mirror = await aMirror();
    const { sides } = mirror;
    sides.faults.silent.add('security');
    sides.set('canonical', MASTER, 'a2');
    await mirror.pushed(MASTER);

    const silent = await mirror.comesTo('know nothing', ({ state }) => state === 'unknown');
    sides.faults.silent.clear();
    await house.pass(30_000);

    expect(silent.verdict).toMatchObject({
      verdict: 'unknown',
      sentence: 'security does not answer: HTTP 502',
    });
    expect(objects(mirror, MASTER)).toEqual(['a2', 'a2', 'a2']);
    expect(await mirror.comesTo('agree', ({ state }) => state === 'in_sync')).toMatchObject({
      differing: [],
    });
  });

  it('ends nothing when it cannot be looked at, however often', async () => {
    const mirror = await house.mirror({ before: equal });
    mirror.sides.faults.failing.set('lookAtRefs', 8);

    await house.pass(60 * 60_000);

    expect(await mirror.comesTo('agree', ({ state }) => state === 'in_sync')).toMatchObject({
      differing: [],
    });
  });
});

describe('a mirror that goes on as a new run', () => {
  it('forgets nothing, loses no push, and still knows its tasks', async () => {
    const mirror = await aMirror({ looksPerRun: 2 });
    const { sides } = mirror;
    const first = await runs(mirror);
    sides.set('security', STABLE, 'b1');

    for (let version = 2; version <= 9; version += 1) {
      sides.set('canonical', MASTER, `a${version}`);
      await mirror.pushed(MASTER);
      await until(`a${version} to be everywhere`, () =>
        objects(mirror, MASTER).every((object) => object === `a${version}`),
      );
    }
    await house.pass(LOOK_EVERY_MS + 1_000);
    await house.pass(2 * LOOK_EVERY_MS);

    expect(await runs(mirror)).not.toBe(first);
    expect(await mirror.status()).toMatchObject({ state: 'differs', differing: [{ ref: STABLE }] });
    expect(sides.callsOf('openMirrorTask')).toHaveLength(1);
    expect(await mirror.handle.describe()).toMatchObject({ memo: { settings: 'as configured' } });
  });
});

it('comes to its regular look in time, whatever was pushed and in whatever run it is', async () => {
  const mirror = await aMirror({ looksPerRun: 2 });
  const first = await runs(mirror);
  await house.pass(LOOK_EVERY_MS - 60_000);
  mirror.sides.set('canonical', MASTER, 'a2');
  await mirror.pushed(MASTER);
  await until('a new run', async () => (await runs(mirror)) !== first);
  await mirror.comesToRest();

  await house.pass(61_000);

  expect(looks(mirror)).toEqual(['all', MASTER, 'all']);
});

describe('a person', () => {
  it('who has everything looked at is told what was found', async () => {
    const mirror = await aMirror();
    mirror.sides.set('security', MASTER, 'b1');

    const { sentence } = await mirror.decide('verify');

    expect(sentence).toBe('1 ref is not the same everywhere: branch master.');
    expect(looks(mirror)).toEqual(['all', 'all']);
  });

  it('who has the mirrors follow canonical sees it done', async () => {
    const mirror = await aMirror();
    mirror.sides.set('security', MASTER, 'b1');
    await mirror.decide('verify');
    const [difference] = (await mirror.status()).differing;

    const { sentence } = await mirror.decide('resolve', {
      ref: MASTER,
      way: 'follow',
      seen: difference?.objects,
    });

    expect(sentence).toBe('The branch master is set to what canonical has.');
    expect(objects(mirror, MASTER)).toEqual(['a1', 'a1', 'a1']);
    await mirror.comesTo('agree', ({ state }) => state === 'in_sync');
    await until('the task to be closed', () => mirror.sides.issues.get(1) === 'closed');
  });

  it('who leaves a tag as it is is not asked again until it changes', async () => {
    const mirror = await aMirror();
    mirror.sides.set('security', TAG, 'b1');
    await mirror.decide('verify');

    await mirror.decide('resolve', { ref: TAG, way: 'leave', seen: { security: 'b1' } });
    await mirror.comesTo('agree', ({ state }) => state === 'in_sync');
    mirror.sides.set('security', TAG, 'b2');
    const { sentence } = await mirror.decide('verify');

    expect(sentence).toBe('1 ref is not the same everywhere: tag v18.6.2.');
  });

  it('is told why what was decided could not be done', async () => {
    const mirror = await aMirror();
    mirror.sides.set('security', MASTER, 'b1');
    await mirror.decide('verify');
    mirror.sides.faults.failing.set('followCanonical', 1);

    const seen = { canonical: 'a1', security: 'b1', build: 'a1' };
    const said = await refusalOf(mirror.decide('resolve', { ref: MASTER, way: 'follow', seen }));

    expect(said).toBe('gitlab-org/gitaly: it cannot be read. Mend it');
  });

  it.each([
    [
      'a ref that agrees',
      { ref: STABLE, way: 'follow', seen: {} },
      'branch 18-6-stable does not differ; there is nothing to decide.',
    ],
    [
      'a branch that cannot be left',
      { ref: MASTER, way: 'leave', seen: {} },
      'branch master is ahead: it can be decided with follow.',
    ],
    [
      'what has changed',
      { ref: MASTER, way: 'follow', seen: { security: 'a1' } },
      'branch master has changed since it was looked at; look again and decide anew.',
    ],
    ['nothing at all', {}, 'It names no ref.'],
  ])('is refused about %s', async (_what, decision, expected) => {
    const mirror = await aMirror();
    mirror.sides.set('security', MASTER, 'a2');
    await mirror.decide('verify');

    expect(await refusalOf(mirror.decide('resolve', decision))).toBe(expected);
    expect(mirror.sides.callsOf('followCanonical')).toEqual([]);
  });

  it.each(['verify', 'resolve'] as const)(
    'whom no gateway has proven may not %s, and leaves no trace',
    async (kind) => {
      const mirror = await aMirror();
      const { proof: _proof, ...unsigned } = mirror.gateway.sign(kind, mirror.id);
      const send = (decision: object) =>
        mirror.handle.executeUpdate<never, [object]>(kind, { args: [decision] });
      const before = looks(mirror).length;

      const said = [
        await refusalOf(send(unsigned)),
        await refusalOf(send({ ...unsigned, proof: 'ab'.repeat(64) })),
        await refusalOf(send(mirror.gateway.sign(kind === 'verify' ? 'resolve' : 'verify', mirror.id))),
      ];

      expect(new Set(said)).toEqual(
        new Set([
          'It carries no proof of a gateway that this mirror knows. Decide with `signalbox mirror`, not in the engine.',
        ]),
      );
      expect(await refusalOf(send(mirror.gateway.sign(kind, 'mirror:other')))).toBe(
        'It is a decision about mirror:other.',
      );
      expect(await refusalOf(send(mirror.gateway.sign(kind, mirror.id, { reason: ' ' })))).toBe(
        'Say why: a decision has a reason.',
      );
      expect(looks(mirror)).toHaveLength(before);
    },
  );
});
