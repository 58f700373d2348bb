import { permanent } from '../../activities/errors';
import {
  LOOK_EVERY_MS,
  someBackportSettings,
  startBackportHouse,
  type BackportHouse,
  type TestBackport,
} from '../support/backport-house';
import { refusalOf, SAM } from '../support/decisions';
import { until } from '../support/until';

const MR = { iid: 106, url: 'https://gitlab.test/18.6' };
const MERGED = { found: 'merged', mergeRequest: MR } as const;
const CONFLICT = { found: 'conflict', files: ['lib/a.rb'] } as const;

let house: BackportHouse;

beforeAll(async () => {
  house = await startBackportHouse('time-skipping');
}, 60_000);
afterEach(() => house.endTest());
afterAll(() => house.end(), 60_000);

async function aBackport(told: Parameters<BackportHouse['backport']>[0] = {}): Promise<TestBackport> {
  const backport = await house.backport(told);
  await backport.comesTo('look', ({ backports }) => backports.length > 0);
  await backport.comesToRest();
  return backport;
}

describe('a change that is to be backported', () => {
  it('is brought to every minor that owes it, and ends once each is merged, contained or declined', async () => {
    const backport = await aBackport({
      before: ({ brings, says }) => {
        brings.set('18.5', { found: 'contained' });
        brings.set('18.4', CONFLICT);
        says.set('18.6', { found: 'checked' });
      },
    });

    expect(await backport.states()).toEqual({
      '18.6': 'checked',
      '18.5': 'not_needed',
      '18.4': 'conflicted',
    });
    // In one step, which also looks at what it has proposed.
    expect(backport.branches.calls.map(({ effect, minor }) => [effect, minor])).toEqual([
      ['surveyBackports', undefined],
      ['proposeBackports', '18.6,18.5,18.4'],
    ]);
    backport.branches.says.set('18.6', MERGED);
    await backport.lookAgain();
    await backport.comesTo('merge', ({ backports }) => backports[0]?.state.state === 'merged');
    const answer = await backport.decline({ minor: '18.4', reason: 'Too risky.' });
    await backport.handle.result();

    expect(answer.sentence).toBe('18.4 does not get gitlab!12.');
    expect(await backport.states()).toEqual({ '18.6': 'merged', '18.5': 'not_needed', '18.4': 'declined' });
  });

  it('looks at once when something happens, and now and then when nothing is heard', async () => {
    const backport = await aBackport();
    expect(backport.branches.callsOf('surveyBackports')).toHaveLength(1);

    await backport.lookAgain();
    await until('a second look', () => backport.branches.callsOf('surveyBackports').length === 2);
    await backport.comesToRest();
    await house.pass(LOOK_EVERY_MS);
    await until('a third look', () => backport.branches.callsOf('surveyBackports').length === 3);

    expect(backport.branches.callsOf('proposeBackports')).toHaveLength(1);
    expect(backport.branches.callsOf('proposeBackport')).toEqual([]);
  });

  it('goes on with the others when one minor fails, says what is the matter, and tries again at the next look', async () => {
    const backport = await aBackport({
      before: ({ brings }) =>
        brings.set(
          '18.5',
          permanent('Conflict', { where: '18-5', what: 'it is protected', remedy: 'Mend it' }),
        ),
    });

    const status = await backport.status();
    expect(await backport.states()).toEqual({ '18.6': 'proposed', '18.5': 'owed', '18.4': 'proposed' });
    expect(status.problems).toMatchObject([
      { minor: '18.5', verdict: { verdict: 'fail', sentence: expect.stringContaining('protected') } },
    ]);
    backport.branches.brings.delete('18.5');
    await backport.lookAgain();

    await backport.comesTo('go on', ({ problems }) => problems.length === 0);
    expect(await backport.states()).toMatchObject({ '18.5': 'proposed' });
    expect(backport.branches.callsOf('proposeBackports')).toHaveLength(1);
    const alone = backport.branches.callsOf('proposeBackport');
    expect(new Set(alone.slice(0, 3))).toEqual(new Set(['18.6', '18.5', '18.4']));
    expect(alone.slice(3)).toEqual(['18.5']);
  });

  it('owes one more to a branch that is made while it runs', async () => {
    const backport = await aBackport();
    backport.branches.owing = ['18.7', '18.6', '18.5'];

    await house.pass(LOOK_EVERY_MS);
    await backport.comesTo('one more', ({ backports }) => backports.length === 4);

    await backport.comesToRest();
    expect(backport.branches.callsOf('proposeBackport').at(-1)).toBe('18.7');
  });

  it('of which nothing is owed ends at once', async () => {
    const backport = await house.backport({ before: (branches) => (branches.owing = []) });

    await backport.handle.result();

    expect(backport.branches.callsOf('proposeBackport')).toEqual([]);
  });
});

describe('a decision to decline', () => {
  it.each([
    ['a minor that owes nothing', { minor: '17.1' }, '17.1 does not owe it; there is nothing to decline.'],
    [
      'somebody who may not',
      { minor: '18.6', by: SAM },
      'Only release-manager may decline it, which sam is not.',
    ],
    ['no reason', { minor: '18.6', reason: ' ' }, 'Say why: a decision has a reason.'],
    ['another change', { minor: '18.6', release: 'backport:x:1' }, 'It is a decision about backport:x:1.'],
  ])('is refused at once for %s', async (_case, told, sentence) => {
    const backport = await aBackport();

    expect(await refusalOf(backport.decline(told))).toBe(sentence);
    expect(backport.branches.callsOf('declineBackport')).toEqual([]);
  });

  it('is refused without the proof of a gateway', async () => {
    const backport = await aBackport();
    const decision = { ...backport.gateway.sign('hold', backport.id, { minor: '18.6' }) };

    const refusal = await refusalOf(backport.handle.executeUpdate('decline', { args: [decision] }));

    expect(refusal).toMatch(/no proof of a gateway/);
  });

  it('stands, whatever is found out later', async () => {
    const backport = await aBackport();
    await backport.decline({ minor: '18.6', reason: 'Too risky.' });

    await backport.lookAgain();
    await until('another look', () => backport.branches.callsOf('surveyBackports').length === 2);
    await backport.comesToRest();

    expect(await backport.states()).toMatchObject({ '18.6': 'declined', '18.5': 'proposed' });
    expect(await refusalOf(backport.decline({ minor: '18.6' }))).toBe('18.6: It is declined.');
  });
});

it('starts changes whose webhooks were lost, each once, in a regular round', async () => {
  const { client, taskQueue } = house;
  const round = (id: string) =>
    client.workflow.execute('backportRound', {
      workflowId: id,
      taskQueue,
      args: [{ settings: [someBackportSettings()] }],
    });

  await round('round-1');
  await round('round-2');

  const ids = ['backport:gitlab:12', 'backport:gitlab:13'];
  const runs = await Promise.all(ids.map((id) => client.workflow.getHandle(id).describe()));
  expect(runs.map(({ type, status }) => [type, status.name])).toEqual([
    ['backport', 'RUNNING'],
    ['backport', 'RUNNING'],
  ]);
  await Promise.all(ids.map((id) => client.workflow.getHandle(id).terminate('the test is over')));
});
