import type { ClosedRelease, ProjectPlan } from '../../../activities/effects';
import { fixesIn } from '../../../domain/embargo/disclosed-fix';
import { effectKey } from '../../../domain/version/naming';
import { commitTree } from '../../../activities/git/compose-version';
import { seal } from '../../support/embargoes';
import { ESCAPE, plantSecretFix, reworkTopic, type SecretFix } from '../../support/secret-fix';
import { failureOf, startOutsideWorld, type OutsideWorld } from '../outside-world';

const MINORS = ['18.6', '18.5', '18.4'];
const LINES = ['default', ...MINORS];

let world: OutsideWorld;
let fix: SecretFix;

beforeAll(async () => {
  world = await startOutsideWorld();
  fix = await plantSecretFix(world, { ...ESCAPE, lines: LINES });
}, 60_000);
afterAll(() => world.end());

function close(release: string, minors = MINORS): Promise<ClosedRelease> {
  const { settings } = world;
  return world.effects.closeRelease({ release, kind: 'patch', settings, cut: { patch: minors } });
}

function planOf(closed: ClosedRelease, version: string, project: string): ProjectPlan {
  const plan = closed.versions
    .find((one) => one.version === version)
    ?.projects.find((one) => one.project === project);
  if (plan === undefined) throw new Error(`${project} is not in ${version}`);
  return plan;
}

async function blobAt(commit: string, path: string): Promise<string | undefined> {
  return world.mirrorOf(world.project('gitaly')).file(commit, path);
}

describe('a patch that closes while a fix under embargo is ready', () => {
  let closed: ClosedRelease;
  beforeAll(async () => {
    closed = await close('patch:1');
  }, 60_000);

  it('is cut from its lines with the fix of each, and from public commits where it has none', async () => {
    for (const [version, line] of [
      ['18.6.2', '18.6'],
      ['18.5.4', '18.5'],
      ['18.4.6', '18.4'],
    ] as const) {
      const plan = planOf(closed, version, 'gitaly');
      const stable = await world.refOf('gitlab-org/gitaly', `refs/heads/${plan.stableBranch}`);

      expect(plan.disclosed?.topics).toEqual([
        { embargo: fix.embargo.id, ordinal: 1, head: fix.heads[line] },
      ]);
      expect(plan.disclosed?.twin).toBe(stable);
      expect(await blobAt(plan.base, 'escape.rb')).toBe(`escaped on ${line}\n`);
      expect(planOf(closed, version, 'gitlab').disclosed).toBeUndefined();
    }
  });

  it('lists in public what it would list without the fix', async () => {
    const mergeRequests = await world.records.inclusions.ofVersion({ version: '18.6.2', project: 'gitaly' });

    expect(JSON.stringify(mergeRequests)).not.toContain('Escape what is asked for');
  });

  it('is cut from the very same commits by a worker that has nothing yet', async () => {
    const { effects } = await world.anotherWorker();
    const { settings } = world;

    const again = await effects.closeRelease({
      release: 'patch:1',
      kind: 'patch',
      settings,
      cut: { patch: MINORS },
    });

    expect(again.versions).toEqual(closed.versions);
  });

  it('is tagged with it on the private sides, by whichever worker, and canonical has no object of it', async () => {
    const plan = planOf(closed, '18.6.2', 'gitaly');
    const { effects } = await world.anotherWorker();

    const tagged = await effects.tagProject({
      release: 'patch:1',
      kind: 'patch',
      project: world.project('gitaly'),
      plan,
      version: '18.6.2',
      closedAt: closed.at,
      pinned: [],
    });

    const [tag] = tagged.tags;
    expect(await world.refOf('gitlab-org/security/gitaly', `refs/tags/${tag?.name}`)).toBeDefined();
    const secret = fix.objects[0] ?? '';
    expect(await world.repository('gitlab-org/security/gitaly').git(['cat-file', '-t', secret])).toMatch(
      /commit/,
    );
    for (const object of fix.objects) {
      const asked = world.repository('gitlab-org/gitaly').git(['cat-file', '-e', object]);
      expect((await failureOf(asked)).message).toBeDefined();
    }
  });

  it('says nothing of it in what it records for everybody', async () => {
    const lines = await world.records.transitions.ofRelease('patch:1');
    const key = effectKey({ release: 'patch:1', step: 'close', target: MINORS.join('+') });

    expect(JSON.stringify(lines)).not.toContain('k3v9x0q2ab');
    expect(JSON.stringify(await world.records.effects.find(key))).toContain('k3v9x0q2ab');
  });
});

describe('a fix that does not merge into a line any more', () => {
  it('is left out whole, and the patch closes without it', async () => {
    await plantSecretFix(world, {
      code: 'zzzzzzzzzz',
      project: 'gitaly',
      lines: LINES,
      path: 'escape.rb',
      content: 'another way',
    });

    const closed = await close('patch:2');

    const heads = closed.versions.map(
      (version) => version.projects.find(({ project }) => project === 'gitaly')?.disclosed?.topics ?? [],
    );
    expect(heads.map((topics) => topics.map(({ embargo }) => embargo))).toEqual([
      [fix.embargo.id],
      [fix.embargo.id],
      [fix.embargo.id],
    ]);
  });
});

async function boardedBy(release: string): Promise<readonly string[]> {
  const closed = await close(release);
  const plans = closed.versions.map(
    ({ projects }) => projects.find(({ project }) => project === 'gitlab')?.disclosed?.topics ?? [],
  );
  return plans.map((topics) => topics.map(({ embargo }) => embargo).join());
}

describe('a fix that is built on another one', () => {
  const other = { project: 'gitlab', lines: LINES } as const;

  it('does not board without it, and boards together with it', async () => {
    const below = await plantSecretFix(world, {
      ...other,
      code: 'bbbbbbbbbb',
      path: 'below.rb',
      content: 'below',
      state: 'opened',
    });
    await plantSecretFix(world, { ...other, code: 'cccccccccc', path: 'on.rb', content: 'on', on: below });

    const alone = await boardedBy('patch:4');
    const leftOut = await world.records.fixes.leftOut();
    await seal(world.records, below.embargo.id);
    const together = await boardedBy('patch:5');

    expect(alone).toEqual(['', '', '']);
    expect(together).toEqual(MINORS.map(() => 'embargo:bbbbbbbbbb,embargo:cccccccccc'));
    const { verdict } = leftOut.find(({ embargo }) => embargo === 'embargo:cccccccccc') ?? {};
    expect(verdict?.evidence).toEqual([{ label: 'built on', value: 'another secret' }]);
  });
});

it('a fix that no version would have boards nothing, nor does what is built on it: they would not come out together', async () => {
  const below = await plantSecretFix(world, {
    code: 'eeeeeeeeee',
    project: 'gitlab',
    path: 'ahead.rb',
    content: 'ahead',
    lines: ['default'],
  });
  await plantSecretFix(world, {
    code: 'ffffffffff',
    project: 'gitlab',
    path: 'on-it.rb',
    content: 'on it',
    lines: LINES,
    on: below,
  });

  const boarded = await boardedBy('patch:9');
  const leftOut = (await world.records.fixes.leftOut()).filter(({ release }) => release === 'patch:9');

  expect(boarded.join()).not.toContain('embargo:ffffffffff');
  expect(leftOut.find(({ embargo }) => embargo === below.embargo.id)?.verdict.sentence).toMatch(
    /^No version of the patch would have it/,
  );
  expect(leftOut.find(({ embargo }) => embargo === 'embargo:ffffffffff')?.verdict.evidence).toEqual([
    { label: 'built on', value: 'another secret' },
  ]);
});

it('a patch of fewer minors than owe the fix leaves it out: the others would have a hole everybody knows', async () => {
  const closed = await close('patch:3', ['18.6']);

  expect(closed.versions[0]?.projects.filter(({ disclosed }) => disclosed !== undefined)).toEqual([]);
});

it('a patch takes a fix as its owner has left it a moment ago, though nobody has pushed to canonical since', async () => {
  const head = await reworkTopic(world, {
    embargo: fix.embargo.id,
    project: world.project('gitaly'),
    line: '18.6',
    head: fix.heads['18.6'] ?? '',
  });

  const closed = await close('patch:6');

  const { version = '' } = closed.versions.find(({ minor }) => minor === '18.6') ?? {};
  expect(planOf(closed, version, 'gitaly').disclosed?.topics).toMatchObject([{ head }]);
});

/** A commit that has nothing in common with what is public. */
async function orphanOf(project: 'gitaly'): Promise<string> {
  const mirror = world.mirrorOf(world.project(project));
  const tree = (await mirror.git(['rev-parse', 'refs/sides/canonical/heads/master^{tree}'])).trim();
  return commitTree(mirror, { tree, parents: [], message: 'Begin anew\n', at: '2026-11-10T08:00:00.000Z' });
}

describe('a fix whose topic has no public root', () => {
  it.each([
    ['18.6', 'rrrrrrrrrr', 'patch:7', '18-6-stable'],
    // It is merged there once it is public already, and then nobody could help any more.
    ['default', 'dddddddddd', 'patch:8', 'master'],
  ])(
    'on %s is left out in words for its audience, and the patch closes without it',
    async (line, code, patch, branch) => {
      const told = { ...ESCAPE, code, path: `${code}.rb`, lines: LINES };
      const on = { heads: { [line]: await orphanOf('gitaly') } };
      const { embargo, heads } = await plantSecretFix(world, { ...told, on });

      const closed = await close(patch);
      const leftOut = await world.records.fixes.leftOut();

      expect(JSON.stringify(closed)).not.toContain(embargo.id);
      expect(fixesIn(closed.versions).map((one) => one.embargo)).toContain(fix.embargo.id);
      const left = leftOut.filter(({ release }) => release === patch);
      expect(left.find((one) => one.embargo === embargo.id)?.verdict).toEqual({
        verdict: 'fail',
        sentence: `Its topic in gitaly has no commit in common with ${branch}; root it at a public commit of gitaly and push it again.`,
        whoActs: 'ada',
        evidence: [{ label: 'no common commit', value: heads[line] }],
      });
    },
  );
});
