import { createReleaseEffects } from '../../../activities/create-release-effects';
import type { ReleaseSettings } from '../../../domain/release/release';
import { openDatabase, type Database } from '../../../records/database';
import { createRecords } from '../../../records/records';
import { findProject } from '../../../sandbox/gitlab/instance';
import { commitFiles } from '../../support/gitlab';
import { plantSecretFix } from '../../support/secret-fix';
import { startOutsideWorld, type OutsideWorld } from '../outside-world';

const CANONICAL = 'gitlab-org/gitaly';
const STABLE = '18-6-stable';
const MORE_THAN_A_CLOSE_ASKS = 50;

let world: OutsideWorld;
let settings: ReleaseSettings;
let database: Database;

beforeAll(async () => {
  world = await startOutsideWorld();
  settings = { ...world.settings, projects: [world.project('gitaly')] };
  database = openDatabase({ url: world.recordsUrl });
  const wanted = { code: 'k3v9x0q2ab', project: 'gitaly', path: 'a.rb', content: 'fixed' };
  await plantSecretFix(world, { ...wanted, lines: ['18.6'], state: 'opened' });
}, 60_000);
afterAll(async () => {
  await database.close();
  await world.end();
});

/** Another release brings the next version out whole, and something else on this machine has seen it. @returns its commit */
async function publishNext(release: string): Promise<string> {
  const unit = { release, workflowId: release, transitions: [] };
  const { versions } = await world.records.closeRelease<{ versions: readonly string[] }>({
    ...unit,
    key: `${release}/close`,
    step: 'close',
    target: '18.6',
    versions: [{ atLeast: '18.6.2' }],
    close: (reserved) => ({ result: { versions: reserved.map(({ version }) => version) }, inclusions: [] }),
  });
  await database.rows(
    { name: 'test.forget-base', text: 'UPDATE versions SET composed_on = sort_key WHERE release = $1' },
    [release],
  );
  await world.records.publication.claim({ ...unit, versions });
  const project = findProject(world.gitlab.instance, CANONICAL);
  if (project === undefined) throw new Error('it is planted');
  const message = `Release ${release}`;
  const commit = await commitFiles(
    world.gitlab.instance,
    project,
    { VERSION: release },
    { branch: STABLE, message },
  );
  await world.repository(CANONICAL).git(['tag', `v${versions[0]}`, commit]);
  await world.records.publication.markPublished({ ...unit, versions });
  await world.mirrorOf(world.project('gitaly')).fetch('canonical');
  return commit;
}

interface Raced {
  /** Whether the close asked its records so often. */
  readonly isReached: boolean;
  readonly commit: string;
  readonly base: string;
  readonly isSaidToContain: boolean;
}

/** A close in which another release publishes just before the records answer the question of this number. */
async function closeWhilePublishing(question: number): Promise<Raced> {
  let asked = 0;
  let commit = '';
  const records = createRecords({
    ...database,
    rows: async (statement, values) => {
      asked += 1;
      if (asked === question) commit = await publishNext(`patch:other-${question}`);
      return database.rows(statement, values);
    },
  });
  const release = `patch:${question}`;
  const effects = createReleaseEffects({ ...world.outside, records });
  const { versions } = await effects.closeRelease({
    release,
    kind: 'patch',
    settings,
    cut: { patch: ['18.6'] },
  });
  const base = versions[0]?.projects[0]?.base ?? '';
  return { isReached: asked >= question, commit, base, isSaidToContain: await isComposedOnNewest(question) };
}

async function isComposedOnNewest(question: number): Promise<boolean> {
  const [found] = await database.rows<{ same: boolean | null }>(
    {
      name: 'test.is-composed-on',
      text: `SELECT mine.composed_on = other.sort_key AS same FROM versions mine, versions other
        WHERE mine.release = $1 AND other.release = $2`,
    },
    [`patch:${question}`, `patch:other-${question}`],
  );
  return found?.same === true;
}

it('never says of a version that it contains one that came out while it was closed, unless it does', async () => {
  const raced: Raced[] = [];
  for (let question = 1; question < MORE_THAN_A_CLOSE_ASKS; question++) {
    const one = await closeWhilePublishing(question);
    if (!one.isReached) break;
    raced.push(one);
  }
  const mirror = world.mirrorOf(world.project('gitaly'));
  const said = raced.filter(({ isSaidToContain }) => isSaidToContain);

  expect(raced.length).toBeLessThan(MORE_THAN_A_CLOSE_ASKS - 1);
  for (const { commit, base } of said) expect(await mirror.isAncestor(commit, base)).toBe(true);
  // Early ones are in what is read afterwards, and late ones are not.
  expect(raced[0]?.isSaidToContain).toBe(true);
  expect(raced.at(-1)?.isSaidToContain).toBe(false);
}, 120_000);
