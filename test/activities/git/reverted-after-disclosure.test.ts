import type { ClosedRelease } from '../../../activities/effects';
import { acceptRevert } from '../../../starters/accept-revert';
import { ESCAPE, plantSecretFix, type SecretFix } from '../../support/secret-fix';
import { cloneOf, remoteOf, type WorkTree } from '../../support/work-tree';
import { startMirrorWorld, type MirrorWorld, type MirroredProject, type TaskIssue } from '../mirror-world';
import { failureOf } from '../outside-world';
import { numbersOf, patchesOf, type Patches } from '../patches';

const MINORS = ['18.6', '18.5', '18.4'];
const STABLE = '18-6-stable';
const SENA = { id: 'sena', roles: ['security-engineer'] };

let world: MirrorWorld;
let gitaly: MirroredProject;
let patches: Patches;
let fix: SecretFix;
let first: ClosedRelease;
/** A developer with a clone of what everybody sees. */
let developer: WorkTree;

/** A product of one project, whose fix was disclosed with patch:1. */
beforeAll(async () => {
  world = await startMirrorWorld();
  gitaly = world.mirrored('gitaly');
  patches = patchesOf(world, { ...world.settings, projects: [world.project('gitaly')] });
  fix = await plantSecretFix(world, { ...ESCAPE, lines: ['default', ...MINORS] });
  first = await patches.cut('patch:1', MINORS);
  await patches.disclose('patch:1', first);
  developer = await cloneOf(remoteOf(world.gitlab, gitaly.path('canonical'), world.gitlab.token));
}, 240_000);
afterAll(async () => {
  await developer.end();
  await world.end();
});

/** Open tasks about reverted fixes. */
function tasks(): Promise<readonly TaskIssue[]> {
  return gitaly.tasks('reverted');
}

/** The regular look of the mirror. */
function look(): Promise<unknown> {
  return gitaly.effects.tellOwners(gitaly.subject);
}

/** The merge that brought the fix to a branch, as `git log` shows it to a developer. */
async function disclosedOn(branch: string): Promise<string> {
  await developer.git('fetch', '--quiet', 'origin');
  const log = [
    'log',
    '--merges',
    '--first-parent',
    '--format=%H',
    '--grep=Merge a security fix',
    `origin/${branch}`,
  ];
  const [newest = ''] = (await developer.git(...log)).split('\n');
  return newest;
}

/** @returns the commit that is on the branch now */
async function revertOn(branch: string, commit: string): Promise<string> {
  await developer.git('fetch', '--quiet', 'origin');
  await developer.git('switch', '--quiet', '--detach', `origin/${branch}`);
  await developer.git('revert', '--no-edit', '-m', '1', commit);
  await developer.git('push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
  return developer.git('rev-parse', 'HEAD');
}

/** Somebody of AppSec lets it be. */
async function accept(commit: string): Promise<void> {
  const project = 'gitaly';
  const wanted = {
    project,
    commit,
    person: SENA,
    reason: 'The code that had the hole is gone.',
    key: commit,
  };
  await acceptRevert(world, wanted);
}

/** As the task or the refusal says, word by word. */
async function follow(text: string, branch: string): Promise<void> {
  const [command = ''] = /git fetch [^`\n]+/.exec(text) ?? [];
  for (const step of command.split(' && ')) await developer.git(...step.split(' ').slice(1));
  await developer.git('push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
}

it('asks for nothing while every branch has the fix', async () => {
  await look();

  expect(await tasks()).toEqual([]);
}, 180_000);

describe('a disclosed fix that somebody reverts on a stable branch', () => {
  let merged: string;
  let reverted: string;
  let cut: ClosedRelease;

  it('is one task within one look, which says what, why and how to go on', async () => {
    merged = await disclosedOn(STABLE);
    reverted = await revertOn(STABLE, merged);

    await Promise.all([look(), look()]);
    await look();

    const [task, ...more] = await tasks();
    expect(more).toEqual([]);
    expect(task).toMatchObject({
      title: `A disclosed security fix was reverted in gitaly (${STABLE})`,
      confidential: true,
    });
    expect(task?.description).toContain(
      `AppSec and release managers: ${reverted.slice(0, 12)} on ${STABLE} of gitaly takes back “Security fix of severity S2”, which ${merged.slice(0, 12)} brought there: whatever is published from it would lack a security fix that published versions have.`,
    );
    expect(task?.description).toContain(`signalbox fix accept-revert gitaly ${reverted} --reason '…'`);
  }, 180_000);

  it('tells nothing there of what is a secret until its texts are public', async () => {
    const told = JSON.stringify(await tasks());

    const { title, owner, id } = fix.embargo;
    for (const secret of [title, `@${owner}`, `"${owner}"`, id.slice('embargo:'.length)])
      expect(told).not.toContain(secret);
  });

  it('stops the patch that is cut without it, with the same sentence', async () => {
    cut = await patches.cut('patch:2', ['18.6']);

    const refused = await failureOf(patches.claim('patch:2', cut));

    const [task] = await tasks();
    const [, sentence = ''] = /managers: (.+)\.$/m.exec(task?.description ?? '') ?? [];
    expect(refused).toMatchObject({ type: 'RefusedByPolicy', nonRetryable: true });
    expect(refused.message).toContain(`18.6.3: ${sentence}.`);
    expect(refused.message).toContain(`git revert --no-edit ${reverted}`);
    expect(refused.message).not.toContain(fix.embargo.title);
    expect(refused.message).not.toContain(fix.embargo.id);
    expect((await world.records.versions.ofRelease('patch:2')).map(({ state }) => state)).toEqual([
      'reserved',
    ]);
  }, 180_000);

  it('is mended by the command of the task: it closes, and the patch is cut again with the fix', async () => {
    const [task] = await tasks();
    await follow(task?.description ?? '', STABLE);

    await look();
    const claimed = await patches.claim('patch:2', cut);

    expect(await tasks()).toEqual([]);
    expect(claimed).toMatchObject({ claimed: false, overtaken: numbersOf(cut) });
    const again = await patches.cut('patch:3', ['18.6']);
    expect(await patches.claim('patch:3', again)).toMatchObject({ claimed: true });
    await patches.publish('patch:3', again);
  }, 180_000);
});

describe('a disclosed fix that may be gone', () => {
  let reverted: string;
  let cut: ClosedRelease;

  it('stops no patch any more from the moment on that somebody of AppSec accepts it', async () => {
    reverted = await revertOn(STABLE, await disclosedOn(STABLE));
    await look();
    cut = await patches.cut('patch:4', ['18.6']);
    const before = await failureOf(patches.claim('patch:4', cut));

    await accept(reverted);

    expect(before.message).toContain(`${reverted.slice(0, 12)} on ${STABLE} of gitaly takes back`);
    expect(await patches.claim('patch:4', cut)).toMatchObject({ claimed: true });
  }, 180_000);

  it('is named where the version is announced, and not among what it contains', async () => {
    await patches.publish('patch:4', cut);

    await world.effects.announceRelease({
      release: 'patch:4',
      kind: 'patch',
      settings: patches.settings,
      versions: cut.versions,
      publishedAt: cut.at,
    });

    const [version = ''] = numbersOf(cut);
    expect(await textOf('announcement.md', version)).toContain(
      'It has no code of a security fix any more, which was reverted in public: Security fix of severity S2.',
    );
    expect(await textOf('upgrade-notes.md', version)).toContain(
      'but for what was reverted since: Security fix of severity S2.',
    );
  }, 180_000);
});

async function textOf(file: string, version: string): Promise<string> {
  const at = { project: gitaly.path('canonical'), name: 'release-notes', version, file };
  return (await world.outside.gitlab.download(at)).toString();
}

describe('a disclosed fix that somebody reverts on the default branch', () => {
  it('is a task of its own, and none any more once somebody of AppSec accepts it', async () => {
    const reverted = await revertOn('master', await disclosedOn('master'));
    await look();
    const before = await tasks();

    await accept(reverted);
    await look();

    expect(before.map(({ title }) => title)).toEqual([
      'A disclosed security fix was reverted in gitaly (master)',
    ]);
    expect(await tasks()).toEqual([]);
    expect(await world.records.reverts.all()).toMatchObject([
      { branch: STABLE, acceptance: { by: SENA } },
      { branch: 'master', commit: reverted, acceptance: { by: SENA } },
    ]);
  }, 180_000);
});
