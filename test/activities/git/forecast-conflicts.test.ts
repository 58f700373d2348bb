import { assert, asyncProperty, pre } from 'fast-check';
import { composeTopics } from '../../../activities/git/compose-topics';
import {
  forecastConflicts,
  type Forecast,
  type Forecasting,
  type Update,
} from '../../../activities/git/forecast-conflicts';
import type { Mirror } from '../../../activities/git/mirror';
import type { Recipe, RecipeTopic } from '../../../domain/embargo/composition';
import { conflictNotice } from '../../../domain/embargo/composition-conflict';
import { embargoOf, plantProject, type PlantedProject } from '../../support/planted-project';
import { plantWorld, topicNames, topicWorlds } from '../../support/topic-worlds';
import { failureOf } from '../outside-world';

function lines(changed: Readonly<Record<number, string>> = {}): string {
  return Array.from({ length: 20 }, (_, index) => `${changed[index] ?? `line ${index}`}\n`).join('');
}

let world: PlantedProject;
let recipe: Recipe;
let composition: string;

/** Two fixes in the composition, and public merge requests of each kind. */
beforeAll(async () => {
  world = await plantProject({
    commits: [
      { name: 'c0', changes: { 'app.rb': lines(), 'lib.rb': lines() } },
      { name: 'c', on: ['c0'], changes: { 'lib.rb': lines({ 10: 'public' }) } },
      { name: 'a1', on: ['c0'], changes: { 'app.rb': lines({ 3: 'fixed' }) } },
      { name: 'b1', on: ['c0'], changes: { 'app.rb': lines({ 15: 'fixed too' }) } },
      { name: 'harmless', on: ['c0'], changes: { 'app.rb': lines({ 9: 'harmless' }) } },
      { name: 'into-a', on: ['c0'], changes: { 'app.rb': lines({ 3: 'public' }) } },
      { name: 'into-both', on: ['c0'], changes: { 'app.rb': null } },
      { name: 'stale', on: ['c0'], changes: { 'lib.rb': lines({ 10: 'stale' }) } },
      { name: 'stale-into-a', on: ['stale'], changes: { 'app.rb': lines({ 3: 'public' }) } },
      { name: 'orphan', changes: { 'app.rb': lines() } },
      { name: 'a2', on: ['a1'], changes: { 'app.rb': lines({ 3: 'fixed', 15: 'by a' }) } },
      { name: 'a3', on: ['c0'], changes: { 'lib.rb': lines({ 10: 'fixed' }) } },
      { name: 'd1', on: ['c0'], changes: { 'app.rb': lines({ 3: 'another way' }) } },
    ],
    canonical: {
      master: 'c',
      harmless: 'harmless',
      a: 'into-a',
      both: 'into-both',
      stale: 'stale-into-a',
      orphan: 'orphan',
    },
    security: { t1: 'a1', t2: 'b1', t3: 'a2', t4: 'a3', t5: 'd1' },
  });
  recipe = world.recipe('c', 'a1', 'b1');
  const composed = await composeTopics(world.mirror, recipe);
  composition = composed.outcome === 'composed' ? composed.commit : '';
});
afterAll(() => world.end());

const OWNERS = { [embargoOf('a1')]: 'ada', [embargoOf('b1')]: 'bob' };

function forecast(updates: readonly Update[], given: Partial<Forecasting> = {}): Promise<Forecast> {
  return forecastConflicts(world.mirror, { recipe, composition, updates, owners: OWNERS, ...given });
}

function change(name: string): Update {
  return { kind: 'public-change', mergeRequest: 412, head: world.sha(name) };
}

function topic(of: string, head: string, ordinal: number): Update {
  return { kind: 'topic', topic: { embargo: embargoOf(of), ordinal, head: world.sha(head) } };
}

/** `ada: a1 against !412 in app.rb` */
function told({ conflicts }: Forecast): readonly string[] {
  return conflicts.map(({ owner, conflict: { topic: fix, against, files } }) => {
    const name = fix.embargo.replace(/^embargo:0+/, '');
    const other =
      against.kind === 'public-change'
        ? `!${against.mergeRequest}`
        : against.kind === 'base'
          ? 'canonical'
          : against.embargoes.map((embargo) => embargo.replace(/^embargo:0+/, '')).join();
    return `${owner}: ${name} against ${other} in ${files.join()}`;
  });
}

it.each<[string, () => Update, readonly string[]]>([
  ['a public change that goes together with every fix', () => change('harmless'), []],
  ['one that contradicts a fix', () => change('into-a'), ['ada: a1 against !412 in app.rb']],
  [
    'one that contradicts two',
    () => change('into-both'),
    ['ada: a1 against !412 in app.rb', 'bob: b1 against !412 in app.rb'],
  ],
  [
    'one that canonical itself contradicts: its author has to mend it first',
    () => change('stale-into-a'),
    [],
  ],
  ['one that has nothing in common with the project', () => change('orphan'), []],
  ['a topic as it is', () => topic('a1', 'a1', 1), []],
  [
    'a topic that now contradicts canonical',
    () => topic('a1', 'a3', 1),
    ['ada: a1 against canonical in lib.rb'],
  ],
  ['a topic that now contradicts a later one', () => topic('a1', 'a2', 1), ['bob: b1 against a1 in app.rb']],
  [
    'a new topic that contradicts an earlier one',
    () => topic('d1', 'd1', 9),
    ['AppSec: d1 against a1 in app.rb'],
  ],
])('%s', async (_what, update, expected) => {
  expect(told(await forecast([update()]))).toEqual(expected);
});

it.each<[string, string, boolean]>([
  ['goes together with every fix', 'harmless', false],
  ['contradicts a fix', 'into-a', false],
  ['has nothing in common with the project', 'orphan', false],
  ['canonical itself contradicts', 'stale-into-a', true],
])(
  'knows what a change does, unless it is one that canonical itself contradicts: %s',
  async (_what, name, isUntried) => {
    const update = change(name);

    expect((await forecast([update])).untried).toEqual(isUntried ? [update] : []);
  },
);

it('tells the owner of the fix, and the author of the public change what they are told where there is no fix', async () => {
  const { conflicts } = await forecast([change('into-a')]);
  const place = {
    project: world.project,
    line: 'default',
    branch: 'master',
    canonicalUrl: world.mirror.urlOf('canonical'),
  };
  const owner = { id: 'ada', clearedFor: [embargoOf('a1')] };
  const author = { id: 'eve', clearedFor: [] };

  const notices = (reader: typeof author | typeof owner) =>
    conflicts.flatMap(({ conflict }) => conflictNotice({ conflict, owner, place, reader }) ?? []);

  expect(notices(owner).map(({ whoActs }) => whoActs)).toEqual(['ada']);
  expect(notices(author)).toEqual([]);
});

it('fetches heads that no branch holds, and says which could not be tried', async () => {
  const canonical = world.repository('canonical');
  await world.mirror.git(['--git-dir', canonical, 'config', 'uploadpack.allowAnySHA1InWant', 'true']);
  await world.mirror.git(['--git-dir', canonical, 'branch', '--delete', '--force', '--quiet', 'a']);
  const fresh = await world.anotherMirror();
  const lost: Update = { kind: 'public-change', mergeRequest: 9, head: '9'.repeat(40) };

  const found = await forecastConflicts(fresh, {
    recipe,
    composition,
    updates: [lost, change('into-a')],
    owners: OWNERS,
  });

  expect(told(found)).toEqual(['ada: a1 against !412 in app.rb']);
  expect(found.untried).toEqual([lost]);
});

it('leaves nothing in the mirror', async () => {
  const fresh = await world.anotherMirror();
  await composeTopics(fresh, recipe);
  const before = await objectsIn(fresh);

  const updates = [change('harmless'), change('into-both'), topic('a1', 'a2', 1)];
  await forecastConflicts(fresh, { recipe, composition, updates, owners: OWNERS });

  expect(await objectsIn(fresh)).toBe(before);
});

async function objectsIn(mirror: Mirror): Promise<string> {
  return mirror.git(['cat-file', '--batch-all-objects', '--batch-check']);
}

it('says that a composition is not that of its recipe', async () => {
  const failure = await failureOf(forecast([], { composition: '9'.repeat(40) }));

  expect(failure).toMatchObject({ type: 'BugInUs' });
  expect(failure.message).toContain(`and ${'9'.repeat(40)} was given for it`);
});

it('is the conflicts themselves where the recipe makes no composition', async () => {
  const broken = world.recipe('c', 'a1', 'd1');

  const found = await forecast([], { recipe: broken, composition: '9'.repeat(40) });

  expect(told(found)).toEqual(['AppSec: d1 against a1 in app.rb']);
});

it('is right: what it says of the last fix, were that a public change, is what happens once it is merged', async () => {
  await assert(
    asyncProperty(topicWorlds, async (story) => {
      const planted = await plantWorld(story);
      try {
        const { foretold, happened } = await mergedLast(planted, topicNames(story));

        expect(foretold).toEqual(happened);
      } finally {
        await planted.end();
      }
    }),
    { numRuns: 12, endOnFailure: true },
  );
});

interface Told {
  readonly foretold: readonly RecipeTopic[];
  readonly happened: readonly RecipeTopic[];
}

/** Composes all but the last, which is then merged in public. */
async function mergedLast(planted: PlantedProject, names: readonly string[]): Promise<Told> {
  const { mirror } = planted;
  const part = planted.recipe('public', ...names.slice(0, -1));
  const composed = await composeTopics(mirror, part);
  pre(composed.outcome === 'composed');
  const head = planted.sha(names.at(-1) ?? '');
  const { conflicts } = await forecastConflicts(mirror, {
    recipe: part,
    composition: composed.outcome === 'composed' ? composed.commit : '',
    updates: [{ kind: 'public-change', mergeRequest: 1, head }],
    owners: {},
  });
  const base = await mergedIntoCanonical(planted, head);
  pre(base !== undefined);
  const after = await composeTopics(mirror, { ...part, base: base ?? '' });
  return {
    foretold: conflicts.map(({ conflict }) => conflict.topic),
    happened: after.outcome === 'conflicts' ? after.conflicts.map((conflict) => conflict.topic) : [],
  };
}

/** Merged on GitLab, as it were: by plain git. Undefined where that is not possible. */
async function mergedIntoCanonical(planted: PlantedProject, head: string): Promise<string | undefined> {
  const { mirror } = planted;
  const onto = planted.sha('public');
  const tree = await mirror.git(['merge-tree', '--write-tree', onto, head]).catch(() => undefined);
  if (tree === undefined) return undefined;
  const who = {
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.com',
  };
  const args = ['commit-tree', tree.trim(), '-p', onto, '-p', head, '-m', 'Merge'];
  const commit = (await mirror.git(args, { environment: who })).trim();
  await mirror.remote(['push', '--quiet', mirror.urlOf('canonical'), `${commit}:refs/heads/master`]);
  await mirror.fetch('canonical');
  return commit;
}
