import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rehearsePush } from '../../../activities/git/leak-gate';
import { pushPublicly } from '../../../activities/git/push-publicly';
import { pushRefs } from '../../../activities/git/push-refs';
import type { PublicPush } from '../../../activities/git/public-push';
import { outsideDown } from '../../../activities/errors';
import type { EmbargoState } from '../../../domain/embargo/embargo';
import { ENGINE } from '../../../domain/release/release';
import { aProject } from '../../support/projects';
import {
  CODE,
  EMBARGO,
  openEmbargo,
  RELEASE,
  startGateHouse,
  type GateHouse,
  type PushWanted,
} from '../../support/gate-house';
import { failureOf } from '../outside-world';

let house: GateHouse;

beforeEach(async () => {
  house = await startGateHouse();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await house.end();
});

const FOREIGN = 'it would make commits public that neither are public nor were made by this release';
const TOPIC = `topic/${CODE}/default`;
const OTHER_CODE = 'm4p8c1t6ye';
const OTHER = `embargo:${OTHER_CODE}`;

function stable(object: string): PushWanted['refs'][number] {
  return { ref: 'refs/heads/18-6-stable', object, from: house.world.sha('p1') };
}

async function version(
  changes: Readonly<Record<string, string>> = {},
  message?: string,
): Promise<PushWanted> {
  const commit = await house.commit({
    on: ['p1'],
    changes: { VERSION: '18.6.2\n', ...changes },
    ...(message === undefined ? {} : { message }),
  });
  return { refs: [stable(commit)], made: [commit] };
}

async function bring(id: string, ...states: readonly EmbargoState[]): Promise<void> {
  for (const to of states) {
    const from = (await house.records.embargoes.find(id))?.state ?? 'opened';
    const key = `${id} ${from} ${to}`;
    const change = { embargo: id, key, actor: ENGINE, reason: 'It is time.' };
    await house.records.embargoes.move({
      ...change,
      from,
      to,
      ...(to === 'disclosing' ? { plan: RELEASE } : {}),
    });
  }
}

/** Public objects, by canonical's own count. */
function objectsOfCanonical(): ReadonlySet<string> {
  const args = ['cat-file', '--batch-all-objects', '--batch-check=%(objectname)'];
  return new Set(house.git('canonical', args).split('\n'));
}

function disclosure(): PushWanted {
  return { refs: [{ ref: 'refs/heads/master', object: house.world.sha('t2'), from: house.world.sha('p2') }] };
}

async function kinds(id = EMBARGO): Promise<readonly string[]> {
  return (await house.records.embargoes.findings(id)).map(({ kind }) => kind);
}

async function stateOf(id: string): Promise<EmbargoState | undefined> {
  return (await house.records.embargoes.find(id))?.state;
}

/** The tree of that merge is registered with the upper topic, and is the very tree that the release merges to. */
async function mergedTwice(changes: Readonly<Record<string, string>> = { 'lib/more.rb': 'def more; end\n' }) {
  const fresh = await house.commit({
    on: ['p2'],
    changes: { 'lib/new.rb': 'def fresh; end\n' },
    key: null,
  });
  const canonical = house.mirror.urlOf('canonical');
  await house.mirror.remote(['push', canonical, `${fresh}:refs/heads/master`]);
  const fix = house.world.sha('t2');
  const tree = house.git('mirror', ['merge-tree', '--write-tree', fresh, fix]);
  await openEmbargo(house.records, { id: OTHER });
  const merged = await house.commit({ on: [fresh, fix], tree, key: null });
  const upper = await house.commit({
    on: [merged],
    changes,
    key: null,
  });
  const topic = `${upper}:refs/heads/topic/${OTHER_CODE}/default`;
  await house.mirror.remote(['push', house.mirror.urlOf('security'), topic]);
  await bring(EMBARGO, 'fixed_on_managed_systems', 'sealed', 'disclosing');
  return { fresh, fix, tree, upper };
}

/** As {@link mergedTwice}; then what is disclosed is merged with everything that the other one has, and pushed. */
async function mergedAsTheOther(changes?: Readonly<Record<string, string>>) {
  const { fresh, fix, upper } = await mergedTwice(changes);
  const theirs = house.git('mirror', ['rev-parse', `${upper}^{tree}`]);
  const merge = await house.commit({ on: [fresh, fix], tree: theirs, message: 'Merge what is disclosed' });
  return { fresh, theirs, failure: await failureOf(house.push(onMaster(merge, fresh))) };
}

function onMaster(object: string, from: string): PushWanted {
  return { refs: [{ ref: 'refs/heads/master', object, from }], made: [object] };
}

async function registerElsewhere(id: string): Promise<void> {
  await house.records.embargoes.registerTopic({
    embargo: EMBARGO,
    key: `topic ${id}`,
    actor: ENGINE,
    reason: 'Its branch was pushed.',
    topic: { project: 'gitaly', line: '18.6', branch: `topic/${CODE}/18.6`, head: id },
    objects: [id],
    fingerprints: [],
    making: 'none',
  });
}

/** Another fix, which does what the first one does in another place, and is on its way out. */
async function discloseAlike(changes: Readonly<Record<string, string>>): Promise<void> {
  await house.push(await version());
  await openEmbargo(house.records, { id: OTHER });
  const alike = await house.commit({ on: ['p2'], changes, key: null });
  await house.mirror.remote([
    'push',
    house.mirror.urlOf('security'),
    `${alike}:refs/heads/topic/${OTHER_CODE}/default`,
  ]);
  await bring(OTHER, 'fixed_on_managed_systems', 'sealed', 'disclosing');
  await house.push({ refs: [{ ref: 'refs/heads/master', object: alike, from: house.world.sha('p2') }] });
}

interface WithGitaly {
  readonly gitaly: GateHouse;
  readonly push: (wanted: PushWanted) => Promise<void>;
  /** What the gate would say of it. */
  readonly rehearse: (wanted: PushWanted) => Promise<string>;
}

/** The same gate, with a second project beside. */
async function withGitaly(work: (beside: WithGitaly) => Promise<void>) {
  const gitaly = await startGateHouse({ embargo: false });
  const others = { ...gitaly.project, name: 'gitaly' };
  const { settings } = (await house.records.releases.find(RELEASE)) ?? {};
  if (settings === undefined) throw new Error('it was opened');
  const projects = [others, house.project];
  const row = await house.records.releases.open({
    id: 'patch:9',
    kind: 'patch',
    title: 'Patch release 9',
    requestKey: 'patch:9',
    settings: { ...settings, projects },
    startedBy: ENGINE,
  });
  const outside: Parameters<typeof pushPublicly>[0] = {
    records: house.records,
    mirrorOf: ({ name }) => (name === 'gitaly' ? gitaly.mirror : house.mirror),
  };
  const pushOf = ({ refs, made = [] }: PushWanted): PublicPush => ({
    release: row.id,
    project: house.project,
    refs,
    made,
  });
  await work({
    gitaly,
    push: (wanted) => pushPublicly(outside, pushOf(wanted)),
    rehearse: async (wanted) =>
      (await rehearsePush(outside, { push: pushOf(wanted), fixes: [] })).uncleared.sentence,
  });
  await gitaly.end();
}

async function pinning(commit: string): Promise<PushWanted> {
  const made = await house.commit({
    on: ['p1'],
    changes: { GITALY_SERVER_VERSION: `${commit}\n` },
    key: 'patch:9/tag/gitlab/18.6.2',
  });
  return { refs: [stable(made)], made: [made] };
}

/** A commit that somebody has pushed to security, and nobody has registered. */
async function secretIn(gitaly: GateHouse): Promise<string> {
  const { mirror } = gitaly;
  const secret = await gitaly.commit({ on: ['work'], changes: { 'lib/b.rb': 'x\n' }, key: null });
  await mirror.remote(['push', mirror.urlOf('security'), `${secret}:refs/heads/somebody/more`]);
  return secret;
}

/** The same lines in another file. */
function around(text: string): string {
  return `# another file\n${text.trimEnd()}\n# ends here\n`;
}

it('lets a version out: its commit, its tag and nothing else', async () => {
  const { made = [] } = await version();
  const [commit = ''] = made;
  const tag = house.tag({ name: 'v18.6.2', of: commit });
  const before = objectsOfCanonical();
  const remote = house.mirror.remote.bind(house.mirror);
  const within: string[] = [];
  jest.spyOn(house.mirror, 'remote').mockImplementation(async (args, from) => {
    if (args[0] === 'push')
      within.push(
        ...[commit, house.world.sha('t2')].map((id) =>
          house.git('mirror', ['--git-dir', from?.repository ?? '', 'cat-file', '--batch-check'], id),
        ),
      );
    return remote(args, from);
  });

  await house.push({
    refs: [stable(commit), { ref: 'refs/tags/v18.6.2', object: tag }],
    made: [commit, tag],
  });

  // What it is pushed from does not even have the secret.
  expect(within.map((line) => line.split(' ')[1])).toEqual(['commit', 'missing']);

  expect(house.git('canonical', ['rev-parse', 'refs/tags/v18.6.2'])).toBe(tag);
  const tree = house.git('mirror', ['rev-parse', `${commit}^{tree}`]);
  const file = house.git('mirror', ['rev-parse', `${commit}:VERSION`]);
  const fresh = [...objectsOfCanonical()].filter((id) => !before.has(id));
  expect(new Set(fresh)).toEqual(new Set([tag, commit, tree, file]));
  expect(await kinds()).toEqual([]);
});

it('lets a version out on top of what only a tag of canonical still reaches', async () => {
  const tagged = await house.commit({ on: ['p1'], changes: { 'lib/old.rb': 'def old; end\n' }, key: null });
  await house.mirror.remote(['push', house.mirror.urlOf('canonical'), `${tagged}:refs/tags/v18.6.1`]);
  const commit = await house.commit({ on: [tagged], changes: { VERSION: '18.6.2\n' } });

  await house.push({ refs: [stable(commit)], made: [commit] });

  expect(objectsOfCanonical()).toContain(commit);
});

it('lets a version out whose file says only what canonical says elsewhere already', async () => {
  const note = `${house.world.sha('work')}\n`;
  const noted = await house.commit({ on: ['p1'], changes: { 'lib/note': note }, key: null });
  await house.mirror.remote(['push', house.mirror.urlOf('canonical'), `${noted}:refs/heads/18-6-stable`]);
  const commit = await house.commit({ on: [noted], changes: { VERSION: note } });

  await house.push({ refs: [{ ...stable(commit), from: noted }], made: [commit] });

  expect(objectsOfCanonical()).toContain(commit);
});

it('takes no tag along that nobody has named, whatever git is told in the mirror', async () => {
  const { refs, made = [] } = await version();
  const [commit = ''] = made;
  const tag = house.tag({ name: 'fixes-tokens', of: commit });
  house.git('mirror', ['update-ref', 'refs/tags/fixes-tokens', tag]);
  house.git('mirror', ['config', 'push.followTags', 'true']);
  const elsewhere = `${house.world.folder}/elsewhere.git`;
  house.git('mirror', ['init', '--quiet', '--bare', elsewhere]);
  house.git('mirror', ['push', '--quiet', elsewhere, `${commit}:refs/heads/any`]);

  await house.push({ refs, made });

  expect(house.git('mirror', ['ls-remote', elsewhere])).toContain('refs/tags/fixes-tokens');
  expect(house.git('canonical', ['for-each-ref', 'refs/heads/18-6-stable'])).toContain(commit);
  expect(house.git('canonical', ['for-each-ref', 'refs/tags'])).toBe('');
  expect(house.holds('canonical', tag)).toBe(false);
});

describe('an embargo', () => {
  it.each([
    ['opened', []],
    ['sealed', ['fixed_on_managed_systems', 'sealed']],
    ['withdrawn', ['withdrawn']],
    ['compromised', ['compromised']],
  ] as const)('that is %s lets nothing of it out, for whichever release', async (_state, way) => {
    await bring(EMBARGO, ...way);

    const failure = await failureOf(house.push(disclosure()));

    expect(failure.message).toContain(FOREIGN);
    expect(await kinds()).toEqual(['denied']);
  });

  it('is disclosed by its own plan, and by no other', async () => {
    await bring(EMBARGO, 'fixed_on_managed_systems', 'sealed', 'disclosing');

    const failure = await failureOf(house.push({ ...disclosure(), release: 'patch:8' }));
    await house.push(disclosure());
    await house.push(disclosure());

    expect(failure.message).toContain(FOREIGN);
    expect(house.git('canonical', ['rev-parse', 'master'])).toBe(house.world.sha('t2'));
    expect(house.holds('canonical', house.world.sha('work'))).toBe(false);
    expect(await stateOf(EMBARGO)).toBe('disclosing');
  });

  it('may be let out once it is declassified', async () => {
    await bring(EMBARGO, 'declassified');

    await house.push(disclosure());

    expect(house.git('canonical', ['rev-parse', 'master'])).toBe(house.world.sha('t2'));
  });

  it('brings along nothing that is built on it', async () => {
    await openEmbargo(house.records, { id: OTHER });
    const upper = await house.commit({
      on: ['t2'],
      changes: { 'lib/more.rb': 'def more; end\n' },
      key: null,
    });
    await house.mirror.remote([
      'push',
      house.mirror.urlOf('security'),
      `${upper}:refs/heads/topic/${OTHER_CODE}/default`,
    ]);
    await bring(EMBARGO, 'fixed_on_managed_systems', 'sealed', 'disclosing');
    const { refs } = disclosure();

    const failure = await failureOf(house.push({ refs: refs.map((ref) => ({ ...ref, object: upper })) }));
    await house.push(disclosure());

    expect(failure.message).toContain(FOREIGN);
    expect(await kinds(OTHER)).toContain('denied');
    expect(house.git('canonical', ['rev-parse', 'master'])).toBe(house.world.sha('t2'));
    expect(house.holds('security', upper)).toBe(true);
    expect(house.holds('canonical', upper)).toBe(false);
  });

  describe('when a topic built on it has merged what is public by now', () => {
    it('is let out, and the other one stays a secret', async () => {
      const { fresh, fix, tree, upper } = await mergedTwice();
      const merge = await house.commit({ on: [fresh, fix], tree, message: 'Merge what is disclosed' });

      await house.push(onMaster(merge, fresh));
      const next = await house.commit({ on: [merge], changes: { VERSION: '18.6.2\n' } });
      await house.push(onMaster(next, merge));

      expect(house.git('canonical', ['rev-parse', 'master'])).toBe(next);
      expect(house.holds('security', upper)).toBe(true);
      expect(house.holds('canonical', upper)).toBe(false);
      // It is asked about, for it looks like the first one; and nobody who may read of that one is told of a second.
      expect(await stateOf(OTHER)).toBe('opened');
      expect(await kinds(OTHER)).toEqual(['question']);
      const acts = (await house.records.embargoes.history(EMBARGO)).map(({ act }) => act);
      expect(new Set(acts)).toEqual(
        new Set(['opened', 'fixed_on_managed_systems', 'sealed', 'disclosing', 'topic_registered']),
      );
    });

    it('shows nothing of the other one in a merge that the two do not make by themselves', async () => {
      const { failure, fresh, theirs } = await mergedAsTheOther();

      expect(failure.message).toContain(FOREIGN);
      expect(house.git('canonical', ['rev-parse', 'master'])).toBe(fresh);
      expect(house.holds('canonical', theirs)).toBe(false);
    });

    it('shows nothing of the other one where that has written what an effect may write', async () => {
      const { failure, theirs } = await mergedAsTheOther({ 'CHANGELOG.md': 'Guess no tokens\n' });

      expect(failure.message).toContain(FOREIGN);
      expect(await kinds(OTHER)).toContain('denied');
      expect(house.holds('canonical', theirs)).toBe(false);
    });

    it('is let out by its own release alone', async () => {
      const { fresh, fix, tree } = await mergedTwice();
      const key = 'patch:8/disclose/gitlab';
      const merge = await house.commit({ on: [fresh, fix], tree, message: 'Merge what is disclosed', key });

      const failure = await failureOf(house.push({ ...onMaster(merge, fresh), release: 'patch:8' }));

      expect(failure.message).toContain(FOREIGN);
      expect(house.holds('canonical', tree)).toBe(false);
    });
  });

  it('brings along no folder of another one, though every file in it is public', async () => {
    // A fix that does nothing but take a file away: all that is secret is which files are left.
    await openEmbargo(house.records, { id: OTHER });
    const removal = house.git('mirror', ['rev-parse', `${house.world.sha('p1')}^{tree}`]);
    const entries = house.git('mirror', ['ls-tree', removal]).split('\n');
    const kept = entries.filter((entry) => !entry.endsWith('\tVERSION'));
    const tree = house.git('mirror', ['mktree'], `${kept.join('\n')}\n`);
    const upper = await house.commit({ on: ['p1'], tree, key: null });
    const topic = `${upper}:refs/heads/topic/${OTHER_CODE}/18.6`;
    await house.mirror.remote(['push', house.mirror.urlOf('security'), topic]);
    await bring(EMBARGO, 'fixed_on_managed_systems', 'sealed', 'disclosing');
    const fix = house.world.sha('t2');
    const same = await house.commit({ on: ['p1'], tree });
    const merge = await house.commit({ on: ['p1', fix], tree });

    const byCommit = await failureOf(house.push({ refs: [stable(same)], made: [same] }));
    const byMerge = await failureOf(house.push({ refs: [stable(merge)], made: [merge] }));

    expect(byCommit.message).toContain(FOREIGN);
    expect(byMerge.message).toContain(FOREIGN);
    expect(house.holds('canonical', tree)).toBe(false);
  });

  it('cannot be disclosed before the one that it is built on', async () => {
    await openEmbargo(house.records, { id: OTHER });
    house.git('security', ['update-ref', `refs/heads/topic/${OTHER_CODE}/default`, house.world.sha('t1')]);
    await bring(EMBARGO, 'fixed_on_managed_systems', 'sealed', 'disclosing');

    const failure = await failureOf(house.push(disclosure()));

    expect(failure.message).toContain(FOREIGN);
    expect(await kinds(OTHER)).toEqual(['denied']);
    expect(house.holds('canonical', house.world.sha('t1'))).toBe(false);
  });

  it('holds nothing that was public before', async () => {
    await house.push(await version());

    const objects = await house.records.embargoes.objectsOf([EMBARGO]);

    const ids = new Set(objects.map(({ object }) => object));
    expect(ids).toContain(house.world.sha('t1'));
    expect(ids).not.toContain(house.world.sha('p2'));
    expect(ids).not.toContain(
      house.git('mirror', ['rev-parse', 'refs/sides/canonical/heads/master:lib/steps.rb']),
    );
  });
});

describe('a release under way while the registry moves', () => {
  it('is judged again when its effect is tried again', async () => {
    const elsewhere = 'c0ffee'.repeat(7).slice(0, 40);
    const wanted = await version({}, `As in ${elsewhere}`);
    const remote = house.mirror.remote.bind(house.mirror);
    const silent = jest.spyOn(house.mirror, 'remote').mockImplementation(async (args, more) => {
      if (args[0] === 'push') throw outsideDown({ where: 'git push', what: 'silent', remedy: 'Wait' });
      return remote(args, more);
    });

    const first = await failureOf(house.push(wanted));
    silent.mockRestore();
    await registerElsewhere(elsewhere);
    const second = await failureOf(house.push(wanted));

    expect(first.type).toBe('OutsideDown');
    expect(second).toMatchObject({ type: 'RefusedByPolicy' });
    expect(house.holds('mirror', elsewhere)).toBe(true);
    expect(house.holds('canonical', elsewhere)).toBe(false);
  });

  it('is judged again when that happens between its judgement and its push', async () => {
    const elsewhere = 'c0ffee'.repeat(7).slice(0, 40);
    const notes = 'A section of the changelog, long enough to be compared.\n';
    const wanted = await version({ 'CHANGELOG.md': notes }, `As in ${elsewhere}`);
    const { embargoes } = house.records;
    const compare = embargoes.lookingLike.bind(embargoes);
    jest.spyOn(embargoes, 'lookingLike').mockImplementationOnce(async (asked) => {
      await registerElsewhere(elsewhere);
      return compare(asked);
    });

    const failure = await failureOf(house.push(wanted));

    expect(failure).toMatchObject({ type: 'RefusedByPolicy' });
    expect(house.holds('canonical', elsewhere)).toBe(false);
  });
});

describe('what others have pushed to canonical', () => {
  it('compromises the embargo, for ever, though it was deleted again', async () => {
    const wanted = await version();
    const next = (name: string): PushWanted => ({
      ...wanted,
      refs: [{ ref: `refs/heads/${name}`, object: wanted.made?.[0] ?? '' }],
    });
    await house.push(wanted);
    house.git('security', ['push', '--quiet', house.world.repository('canonical'), `${TOPIC}:fix`]);

    await house.push(next('next'));
    house.git('canonical', ['update-ref', '-d', 'refs/heads/fix']);
    await house.push(next('again'));

    expect(await stateOf(EMBARGO)).toBe('compromised');
    expect(new Set(await kinds())).toEqual(new Set(['exposed']));
    const [line] = (await house.records.embargoes.history(EMBARGO)).slice(-1);
    expect(line).toMatchObject({ act: 'compromised', actor: ENGINE });
    expect(line?.reason).toMatch(/of its objects are on group\/gitlab\./);
  });

  it('compromises it by a file alone', async () => {
    const wanted = await version();
    await house.push({ ...wanted, refs: [{ ref: 'refs/heads/first', object: wanted.made?.[0] ?? '' }] });
    const file = house.git('security', ['rev-parse', `${TOPIC}:lib/tokens.rb`]);
    const pick = await house.commit({
      on: ['p2'],
      changes: { 'lib/tokens.rb': `${house.git('security', ['cat-file', 'blob', file])}\n` },
    });
    await house.mirror.remote(['push', house.mirror.urlOf('canonical'), `${pick}:refs/heads/master`]);

    await house.push(wanted);

    expect(await stateOf(EMBARGO)).toBe('compromised');
  });

  it('before the topic was first seen is asked about, for it may only be begun', async () => {
    house.git('security', ['push', '--quiet', house.world.repository('canonical'), `${TOPIC}:fix`]);

    await house.push(await version());

    expect(await stateOf(EMBARGO)).toBe('opened');
    expect((await house.records.embargoes.findings(EMBARGO)).map(({ sentence }) => sentence)).toEqual([
      'Its topic on default of gitlab holds nothing that is not public. Has it leaked, or is it only begun?',
    ]);
  });

  it('compromises it by the name of a branch', async () => {
    house.git('canonical', ['update-ref', `refs/heads/topic/${CODE}/18.6`, house.world.sha('p2')]);

    await house.push(await version());

    expect(await stateOf(EMBARGO)).toBe('compromised');
  });

  it('is no news where its own plan has pushed it', async () => {
    await bring(EMBARGO, 'fixed_on_managed_systems', 'sealed', 'disclosing');
    await house.push(disclosure());

    await house.push({ ...(await version()), release: RELEASE });

    expect(await stateOf(EMBARGO)).toBe('disclosing');
    expect(await kinds()).toEqual([]);
  });

  it('is public, also where canonical has deleted its branch since', async () => {
    await house.push(await version());
    const formerly = await house.commit({
      on: ['p1'],
      changes: { 'lib/once.rb': 'def once; end\n' },
      key: null,
    });
    await house.mirror.remote(['push', house.mirror.urlOf('canonical'), `${formerly}:refs/heads/once`]);
    await house.push({ refs: [{ ref: 'refs/heads/other', object: house.world.sha('p1') }] });
    house.git('canonical', ['update-ref', '-d', 'refs/heads/once']);

    const commit = await house.commit({ on: [formerly], changes: { VERSION: '18.6.3\n' } });
    await house.push({ refs: [{ ref: 'refs/heads/next', object: commit }], made: [commit] });

    expect(house.git('canonical', ['rev-parse', 'next'])).toBe(commit);
  });
});

describe('what looks like a fix', () => {
  const BEFORE = 'class Tokens\nend\n';

  it.each([
    ['a squash in another file, with other lines around', 'lib/other.rb', 'a change'],
    ['its undoing', 'lib/undone.rb', 'the undoing of a change'],
  ])('goes out with a question for AppSec: %s', async (how, path, what) => {
    const after = house.git('security', ['cat-file', 'blob', `${TOPIC}:lib/tokens.rb`]);
    const [from, to] = how === 'its undoing' ? [after, BEFORE] : [BEFORE, after];
    const base = await house.commit({ on: ['p2'], changes: { [path]: around(from) }, key: null });
    await house.mirror.remote(['push', house.mirror.urlOf('canonical'), `${base}:refs/heads/master`]);
    await house.push(await version());
    await openEmbargo(house.records, { id: OTHER });
    const alike = await house.commit({ on: [base], changes: { [path]: around(to) }, key: null });
    await house.mirror.remote([
      'push',
      house.mirror.urlOf('security'),
      `${alike}:refs/heads/topic/${OTHER_CODE}/default`,
    ]);
    await bring(OTHER, 'fixed_on_managed_systems', 'sealed', 'disclosing');

    await house.push({ refs: [{ ref: 'refs/heads/master', object: alike, from: base }] });

    expect(house.git('canonical', ['rev-parse', 'master'])).toBe(alike);
    const [question] = await house.records.embargoes.findings(EMBARGO);
    expect(question).toMatchObject({ kind: 'question' });
    expect(question?.sentence).toBe(
      `What ${RELEASE} makes public in gitlab looks like ${what} of ${EMBARGO}. Is it?`,
    );
    expect(await kinds(OTHER)).toEqual([]);
  });

  it('asks nothing about what looks otherwise', async () => {
    await discloseAlike({ 'lib/tokens.rb': 'class Tokens\n  # another remedy, of the same hole\nend\n' });

    expect(await kinds()).toEqual([]);
  });
});

describe('a project whose commits are pinned by another', () => {
  it('may not be one that is secret there, though nobody has registered it', async () => {
    await withGitaly(async ({ push, gitaly }) => {
      const secret = await secretIn(gitaly);

      const failure = await failureOf(push(await pinning(secret)));

      expect(failure.message).toContain('a file or message in it names something that is not public');
      expect(gitaly.holds('security', secret)).toBe(true);
      expect(house.holds('canonical', secret)).toBe(false);
    });
  });

  it('may not be one either when it is rehearsed, of which nobody would know otherwise before the release', async () => {
    await withGitaly(async ({ rehearse, gitaly }) => {
      const secret = await secretIn(gitaly);

      const judgement = await rehearse(await pinning(secret));

      expect(gitaly.holds('security', secret)).toBe(true);
      expect(judgement).toBe('A file or message in it names something that is not public.');
    });
  });

  it('is not judged by a clone of that one which is not to be trusted', async () => {
    await withGitaly(async ({ push, gitaly }) => {
      const secret = await secretIn(gitaly);
      await gitaly.mirror.fetch('canonical');
      const { directory, publicDirectory } = gitaly.mirror;
      await mkdir(join(publicDirectory, 'objects', 'info'), { recursive: true });
      await writeFile(
        join(publicDirectory, 'objects', 'info', 'alternates'),
        `${join(directory, 'objects')}\n`,
      );

      const failure = await failureOf(push(await pinning(secret)));

      expect(failure.type).toBe('ConfigurationError');
      expect(failure.message).toContain(
        `the clone is not to be trusted (${gitaly.project.repositories.canonical}: it borrows objects from another repository)`,
      );
      expect(house.holds('canonical', secret)).toBe(false);
    });
  });

  it('may be public there, made by the same release, or be known nowhere', async () => {
    await withGitaly(async ({ push, gitaly }) => {
      const own = await gitaly.commit({
        on: ['p1'],
        changes: { VERSION: '1\n' },
        key: 'patch:9/tag/gitaly/1',
      });
      await house.records.effects.record({
        release: 'patch:9',
        workflowId: 'patch:9',
        key: 'patch:9/tag/gitaly/1',
        step: 'tag',
        target: 'gitaly/1',
        transitions: [],
        result: {},
        artifacts: {
          version: '18.6.2',
          tags: [{ project: 'gitaly', name: 'v1', sha: own, state: 'private' }],
        },
      });
      const onCanonical = await gitaly.commit({ on: ['p2'], changes: { 'lib/c.rb': 'y\n' }, key: null });
      await gitaly.mirror.remote([
        'push',
        gitaly.mirror.urlOf('canonical'),
        `${onCanonical}:refs/heads/master`,
      ]);

      for (const [index, pinned] of [own, onCanonical, 'feedface'.repeat(5)].entries()) {
        const { made = [] } = await pinning(pinned);
        await push({ refs: [{ ref: `refs/heads/pin-${index}`, object: made[0] ?? '' }], made });
      }

      expect(house.git('canonical', ['for-each-ref', 'refs/heads/pin-*']).split('\n')).toHaveLength(3);
    });
  });
});

describe('a project with one repository', () => {
  it('has no side for a secret: a topic there is public, and its embargo compromised', async () => {
    const { canonical } = house.project.repositories;
    const alone = { canonical, security: canonical, build: canonical };
    house.git('canonical', ['update-ref', `refs/heads/topic/${CODE}/default`, house.world.sha('p2')]);
    const wanted: PublicPush = {
      release: RELEASE,
      project: { ...house.project, repositories: alone },
      made: [],
      ...(await version()),
    };

    await pushPublicly({ records: house.records, mirrorOf: () => house.mirror }, wanted);

    expect((await house.records.embargoes.find(EMBARGO))?.topics).toEqual([]);
    expect(await stateOf(EMBARGO)).toBe('compromised');
  });

  it('is not pushed to as if it were private', async () => {
    const project = aProject({
      name: 'gitlab',
      repositories: { canonical: 'group/one', security: 'group/one', build: 'group/one' },
    });
    jest.spyOn(house.mirror, 'urlOf').mockReturnValue(`one of ${project.name}`);

    const failure = await failureOf(pushRefs(house.mirror, { sides: ['security'], refs: [] }));

    expect(failure).toMatchObject({ type: 'BugInUs' });
  });
});
