import { ENGINE, type Actor } from '../../domain/release/release';
import type { OwedFix } from '../../records/backports';
import { freshRecords, type TestRecords } from '../support/records';

const ROSA: Actor = { id: 'rosa', roles: ['release-manager'] };
const MR = { iid: 40, url: 'https://gitlab.test/40' };
const FIX: OwedFix = {
  project: 'gitlab',
  iid: 12,
  title: 'Fix search',
  author: 'amara',
  team: 'source code',
  kind: 'bug',
};
const AT = { project: 'gitlab', iid: 12, minor: '18.6' };

let world: TestRecords;

beforeEach(async () => {
  world = await freshRecords();
});
afterEach(() => world.end());

function owe(minors: readonly string[], fix: OwedFix = FIX): Promise<void> {
  const owed = minors.map((minor) => ({
    minor,
    branch: `${minor.replace('.', '-')}-stable`,
    sentence: `${minor} is maintained.`,
  }));
  return world.records.backports.owe({ fix, owed, actor: ENGINE });
}

function states(): Promise<readonly (readonly [string, string])[]> {
  const { backports } = world.records;
  return backports.of(FIX).then((rows) => rows.map(({ minor, state }) => [minor, state.state] as const));
}

it('notes what is owed once, newest minor first, as numbers and not as text', async () => {
  await owe(['18.9', '18.10']);
  await owe(['18.10', '18.11']);

  expect(await states()).toEqual([
    ['18.11', 'owed'],
    ['18.10', 'owed'],
    ['18.9', 'owed'],
  ]);
});

it('keeps every step with who and why, and none for news that changes nothing', async () => {
  const { backports } = world.records;
  await owe(['18.6']);
  const proposed = {
    ...AT,
    news: { found: 'proposed', mergeRequest: MR },
    sentence: 'Opened.',
    actor: ENGINE,
  } as const;

  await backports.tell(proposed);
  await Promise.all([backports.tell(proposed), backports.tell(proposed)]);
  await backports.tell({
    ...AT,
    news: { found: 'unchecked' },
    sentence: 'Its pipeline runs.',
    actor: ENGINE,
  });
  const row = await backports.tell({
    ...AT,
    news: { found: 'declined', by: 'rosa', reason: 'Too risky.' },
    sentence: 'rosa declined it.',
    actor: ROSA,
  });
  const late = await backports.tell(proposed);

  expect(row).toMatchObject({ state: { state: 'declined', by: 'rosa' }, sentence: 'rosa declined it.' });
  expect(late).toEqual(row);
  expect(await backports.changes(AT)).toMatchObject([
    { ordinal: 1, to: 'owed', actor: ENGINE },
    { ordinal: 2, to: 'proposed', sentence: 'Opened.' },
    { ordinal: 3, to: 'declined', actor: ROSA },
  ]);
});

it('lets nothing that was judged before a decision undo it', async () => {
  const { backports } = world.records;
  const minors = ['18.6', '18.5', '18.4', '18.3', '18.2', '18.1'];
  await owe(minors);

  const ends = await Promise.all(
    minors.map(async (minor) => {
      const proposed = { found: 'proposed', mergeRequest: MR } as const;
      const declined = { found: 'declined', by: 'rosa', reason: 'Too risky.' } as const;
      await Promise.all([
        backports.tell({ ...AT, minor, news: proposed, sentence: 'Opened.', actor: ENGINE }),
        backports.tell({ ...AT, minor, news: declined, sentence: 'rosa declined it.', actor: ROSA }),
      ]);
      return (await backports.changes({ ...AT, minor })).at(-1)?.to;
    }),
  );

  expect(ends).toEqual(minors.map(() => 'declined'));
});

it('tells the newest words of a state that stays', async () => {
  const { backports } = world.records;
  await owe(['18.6']);
  await backports.tell({
    ...AT,
    news: { found: 'proposed', mergeRequest: MR },
    sentence: 'Opened.',
    actor: ENGINE,
  });

  const row = await backports.tell({
    ...AT,
    news: { found: 'unchecked' },
    sentence: 'Its pipeline failed.',
    actor: ENGINE,
  });

  expect(row).toMatchObject({ state: { state: 'proposed' }, sentence: 'Its pipeline failed.' });
});

it('notes as missed what is open in a minor that gets no fixes any more, once', async () => {
  const { backports } = world.records;
  await owe(['18.6', '18.5', '18.4']);
  await backports.tell({
    ...AT,
    minor: '18.4',
    news: { found: 'contained' },
    sentence: 'There.',
    actor: ENGINE,
  });

  await backports.missed({ ...FIX, owing: ['18.6'] });
  const [, first] = await backports.of(FIX);
  await backports.missed({ ...FIX, owing: ['18.6'] });

  const rows = await backports.of(FIX);
  expect(rows.map(({ missedAt }) => missedAt !== undefined)).toEqual([false, true, false]);
  expect(rows[1]?.missedAt).toBe(first?.missedAt);
});

it('lists changes with their backports, of a project or a team', async () => {
  const { backports } = world.records;
  const { team: _none, ...nobodys } = FIX;
  await owe(['18.6', '18.5']);
  await owe(['18.6'], { ...nobodys, iid: 13, project: 'gitaly' });
  await backports.asked(AT);

  expect(await backports.list({ team: 'source code' })).toMatchObject([
    {
      project: 'gitlab',
      iid: 12,
      backports: [
        { minor: '18.6', asked: true },
        { minor: '18.5', asked: false },
      ],
    },
  ]);
  expect((await backports.list({ project: 'gitaly' })).map(({ iid, team }) => [iid, team])).toEqual([
    [13, undefined],
  ]);
  expect(await backports.list({})).toHaveLength(2);
});
