import { levelClone } from '../../../activities/git/level-clone';
import { composeTopics } from '../../../activities/git/compose-topics';
import { plantSecretFix, type SecretFix } from '../../support/secret-fix';
import { cloneOf, remoteOf, type WorkTree } from '../../support/work-tree';
import { startMirrorWorld, type MirrorWorld, type MirroredProject, type TaskIssue } from '../mirror-world';

const CODE = 'k3v9x0q2ab';
const FILE = 'README.md';

let world: MirrorWorld;
let gitaly: MirroredProject;
let fix: SecretFix;
/** What the author of the public change works in, and what the owner of the fix does. */
let author: WorkTree;
let owner: WorkTree;

beforeAll(async () => {
  world = await startMirrorWorld();
  gitaly = world.mirrored('gitaly');
  const { gitlab } = world;
  author = await cloneOf(remoteOf(gitlab, gitaly.path('canonical'), gitlab.token));
  owner = await cloneOf(remoteOf(gitlab, gitaly.path('security'), gitlab.token));
  fix = await plantSecretFix(world, {
    code: CODE,
    project: 'gitaly',
    lines: ['default'],
    path: FILE,
    content: 'escaped',
  });
}, 60_000);
afterAll(async () => {
  await Promise.all([author.end(), owner.end()]);
  await world.end();
});

function below(side: 'canonical' | 'security', path: string): string {
  return `/projects/${encodeURIComponent(gitaly.path(side))}${path}`;
}

/** Open ones that the engine has made of a conflict. */
function tasks(): Promise<readonly TaskIssue[]> {
  return gitaly.tasks('forecast');
}

function tell(): Promise<unknown> {
  return gitaly.effects.tellOwners(gitaly.subject);
}

/** Everything that somebody without an account reads of the project. */
async function inPublic(): Promise<string> {
  const paths = ['/issues', '/merge_requests', '/merge_requests/1/notes', '/labels', '/repository/branches'];
  const all = paths.flatMap((path) => [below('canonical', path), below('security', path)]);
  const answers = await Promise.all(
    all.map((path) => world.gitlab.request('GET', path, undefined, { token: null })),
  );
  return JSON.stringify(answers.map(({ status, body }) => ({ status, body })));
}

describe('a public change that will contradict a fix under embargo', () => {
  it('is told to the owner of the fix alone, once, and solved by the owner before a release has to wait', async () => {
    await write('say-more', 'It says more.\n');
    const iid = await propose('say-more');
    const before = await inPublic();

    await Promise.all([tell(), tell()]);
    await tell();

    const [task, ...more] = await tasks();
    expect(more).toEqual([]);
    expect(task).toMatchObject({ title: 'A fix in gitaly (default) needs its owner', confidential: true });
    expect(task?.description).toContain(
      `@ada: The fix of embargo:${CODE} in gitaly (default) will contradict !${iid} in ${FILE}`,
    );
    expect(await inPublic()).toBe(before);

    await world.gitlab.request('PUT', below('canonical', `/merge_requests/${iid}/merge`));
    await tell();

    const [merged, ...others] = await tasks();
    expect(others).toEqual([]);
    expect(merged?.iid).not.toBe(task?.iid);
    expect(merged?.description).toContain(`contradicts master at`);

    await solve();
    await tell();

    expect(await tasks()).toEqual([]);
    const notes = await world.gitlab.request<readonly { body: string }[]>(
      'GET',
      below('security', `/issues/${merged?.iid}/notes`),
    );
    expect(notes.body[0]?.body).toContain('It merges again');
    expect(await composed()).toBe('composed');
    expect(await inPublic()).not.toContain(CODE);
  }, 60_000);
});

/** A public branch that says something else. */
async function write(branch: string, content: string, on = 'HEAD'): Promise<void> {
  await author.git('switch', '--quiet', '--create', branch, on);
  await author.commit({ [FILE]: content }, branch);
  await author.git('push', '--quiet', 'origin', branch);
}

async function propose(branch: string): Promise<number> {
  const merge = { source_branch: branch, target_branch: 'master', title: branch };
  const path = below('canonical', '/merge_requests');
  return (await world.gitlab.request<{ iid: number }>('POST', path, merge)).body.iid;
}

it('keeps a task open while what it is about cannot be tried, and closes it once that is over', async () => {
  await write('say-less', 'It says less.\n', 'say-more');
  const less = await propose('say-less');
  await tell();
  const [task] = await tasks();
  expect(task?.description).toContain(`will contradict !${less}`);
  await write('say-nothing', 'It says nothing.\n', 'say-more');
  const nothing = await propose('say-nothing');
  await world.gitlab.request('PUT', below('canonical', `/merge_requests/${nothing}/merge`));

  await tell();

  const standing = await tasks();
  expect(standing).toHaveLength(2);
  expect(standing.map(({ iid }) => iid)).toContain(task?.iid);

  const over = below('canonical', `/merge_requests/${less}`);
  await world.gitlab.request('PUT', over, { state_event: 'close' });
  await tell();

  const left = await tasks();
  expect(left.map(({ description }) => description)).toEqual([
    expect.stringContaining('contradicts master at'),
  ]);
}, 60_000);

it('tells of other conflicts where the topic of a fix has no public root, and keeps the task of that one', async () => {
  const [standing] = await tasks();
  await uproot();
  const other = 'bbbbbbbbbb';
  await plantSecretFix(world, {
    code: other,
    project: 'gitaly',
    lines: ['default'],
    path: 'NOTES.md',
    content: 'escaped',
  });
  await author.git('fetch', '--quiet', 'origin', 'master');
  await author.git('switch', '--quiet', '--create', 'take-notes', 'FETCH_HEAD');
  await author.commit({ 'NOTES.md': 'In public.\n' }, 'take-notes');
  await author.git('push', '--quiet', 'origin', 'take-notes');
  const iid = await propose('take-notes');

  await tell();

  const [first, second, ...more] = (await tasks()).toSorted((left, right) => left.iid - right.iid);
  expect(more).toEqual([]);
  expect(first?.iid).toBe(standing?.iid);
  expect(second?.description).toContain(
    `The fix of embargo:${other} in gitaly (default) will contradict !${iid}`,
  );
}, 60_000);

/** Somebody pushes the topic anew, with nothing of the project before it. */
async function uproot(): Promise<void> {
  await owner.git('switch', '--quiet', '--orphan', 'anew');
  await owner.commit({ [FILE]: 'escaped anew\n' }, 'Begin anew');
  await owner.git('push', '--quiet', '--force', 'origin', `HEAD:refs/heads/topic/${CODE}/default`);
}

/** As the task says: canonical is merged into the topic, and the topic is pushed. */
async function solve(): Promise<void> {
  await owner.git('fetch', '--quiet', 'origin', `topic/${CODE}/default`);
  await owner.git('switch', '--quiet', '--detach', 'FETCH_HEAD');
  await owner.git('fetch', '--quiet', remoteOf(world.gitlab, gitaly.path('canonical'), null), 'master');
  expect((await owner.tryGit('merge', '--quiet', '-m', 'Merge master', 'FETCH_HEAD')).ok).toBe(false);
  await owner.commit({ [FILE]: 'It says more.\nescaped\n' }, 'Merge master');
  await owner.git('push', '--quiet', 'origin', `HEAD:refs/heads/topic/${CODE}/default`);
  await levelClone(world.outside, world.project('gitaly'));
}

async function composed(): Promise<string> {
  const mirror = world.mirrorOf(world.project('gitaly'));
  const base = (await mirror.resolve('refs/sides/canonical/heads/master')) ?? '';
  const now = await world.records.embargoes.find(fix.embargo.id);
  const [topic] = now?.topics ?? [];
  const { outcome } = await composeTopics(mirror, {
    project: 'gitaly',
    base,
    topics: [{ embargo: fix.embargo.id, ordinal: fix.embargo.ordinal, head: topic?.head ?? '' }],
  });
  return outcome;
}
