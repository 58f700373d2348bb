import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { quietGitEnvironment } from '../../sandbox/gitlab/git-repository';
import { pushPublicly } from '../../activities/git/push-publicly';
import { CODE, openEmbargo } from '../support/gate-house';
import { cloneOf, remoteOf } from '../support/work-tree';
import { until } from '../support/until';
import { startBackportWorld, withLine, type BackportWorld } from './backport-world';
import { failureOf, patiently } from './outside-world';

const run = promisify(execFile);
const ROSA = { id: 'rosa', roles: ['release-manager'] };
const API = `/projects/${encodeURIComponent('group/widget')}`;

let world: BackportWorld;

beforeEach(async () => {
  world = await startBackportWorld();
}, 60_000);
afterEach(() => world.end());

interface MergeRequestRow {
  readonly iid: number;
  readonly source_branch: string;
  readonly target_branch: string;
  readonly title: string;
  readonly description: string;
  readonly labels: readonly string[];
  readonly sha: string;
}

async function backportsOf(iid: number): Promise<readonly MergeRequestRow[]> {
  const { body } = await world.gitlab.request<MergeRequestRow[]>('GET', `${API}/merge_requests?per_page=100`);
  return body.filter(({ source_branch: source }) => source.startsWith(`backport/${iid}/`)).toReversed();
}

async function notesOn(iid: number): Promise<readonly string[]> {
  const { body } = await world.gitlab.request<{ body: string }[]>(
    'GET',
    `${API}/merge_requests/${iid}/notes`,
  );
  return body.map((note) => note.body);
}

async function follow(iid: number, minor: string) {
  const step = await world.stepOf(iid, minor);
  const rows = await world.records.backports.of(step.fix);
  const state = rows.find((row) => row.minor === minor)?.state;
  if (state === undefined || !('mergeRequest' in state)) throw new Error(`${minor} is ${state?.state}`);
  return (await world.effects.followBackport({ ...step, mergeRequest: state.mergeRequest })).standing;
}

async function approve(iid: number): Promise<void> {
  await world.gitlab.request('POST', `${API}/merge_requests/${iid}/approve`, {});
}

describe('a labelled change', () => {
  it('goes onto three stable branches: one merge request, one in conflict, one that has it', async () => {
    await world.commit('18-5-stable', withLine(2, 'another two'));
    const iid = await world.merge({ files: withLine(2, 'a better two'), title: 'Fix the second line' });
    const merge = (await world.git('rev-parse', 'main')).trim();
    await world.git('branch', '-f', '18-4-stable', 'main');

    const standings = await world.propose(iid);

    expect(standings.map(({ minor, state }) => [minor, state.state])).toEqual([
      ['18.6', 'proposed'],
      ['18.5', 'conflicted'],
      ['18.4', 'not_needed'],
    ]);
    const [proposed, ...others] = await backportsOf(iid);
    expect(others).toEqual([]);
    expect(proposed).toMatchObject({
      source_branch: `backport/${iid}/18.6`,
      target_branch: '18-6-stable',
      title: 'Fix the second line (backport to 18.6)',
      labels: ['group::source code'],
    });
    const message = await world.git('show', '--no-patch', '--format=%B', proposed?.sha ?? '');
    expect(message.trim()).toBe(
      `Fix the second line\n\n(cherry picked from commit ${merge})\n\nSignalbox-Key: backport:widget:${iid}/propose/18.6`,
    );
    expect(await world.git('show', `${proposed?.sha}:lib/widget.txt`)).toContain('a better two');
    expect(await world.git('diff', '--name-only', '18-6-stable', proposed?.sha ?? '')).toBe(
      'lib/widget.txt\n',
    );
    expect(await world.git('show', '--no-patch', '--format=%an', proposed?.sha ?? '')).toBe('Somebody\n');
  });

  it('that conflicts is told to its author in one note, whose command works', async () => {
    await world.commit('18-5-stable', withLine(2, 'another two'));
    const iid = await world.merge({ files: withLine(2, 'a better two') });

    await world.propose(iid);
    await world.propose(iid);
    await world.propose(iid, await world.anotherWorker());

    const notes = (await notesOn(iid)).filter((note) => note.includes('could not automatically be picked'));
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('@release-tools');
    expect(notes[0]).toContain('- `lib/widget.txt`');
    const [, command = ''] = /```shell\n(.+)\n```/.exec(notes[0] ?? '') ?? [];
    const clone = await cloneOf(remoteOf(world.gitlab, 'group/widget', world.gitlab.token));
    const withToken = command.replaceAll(
      world.gitlab.url,
      world.gitlab.url.replace('://', `://git:${world.gitlab.token}@`),
    );
    const outcome = await run('sh', ['-c', withToken], {
      cwd: clone.folder,
      env: quietGitEnvironment(),
    }).catch((error: { stdout: string; stderr: string }) => error);
    expect(outcome.stdout).toContain('CONFLICT (content)');
    expect(await clone.git('branch', '--show-current')).toBe(`backport/${iid}/18.5`);
    await clone.end();
  });

  it('is followed as its author takes a conflict from there', async () => {
    await world.commit('18-5-stable', withLine(2, 'another two'));
    const iid = await world.merge({ files: withLine(2, 'a better two') });
    await world.propose(iid);
    await world.git('branch', `backport/${iid}/18.5`, '18-5-stable');
    await world.commit(`backport/${iid}/18.5`, withLine(2, 'another and better two'));
    const { body } = await world.gitlab.request<{ iid: number }>('POST', `${API}/merge_requests`, {
      source_branch: `backport/${iid}/18.5`,
      target_branch: '18-5-stable',
      title: 'By hand',
    });

    const [, byHand] = await world.propose(iid);

    expect(byHand?.state).toMatchObject({ state: 'proposed', mergeRequest: { iid: body.iid } });
  });

  it('that was picked by hand is found in the branch', async () => {
    const iid = await world.merge({ files: withLine(2, 'a better two') });
    const commit = (await world.git('rev-parse', 'main')).trim();
    const clone = await cloneOf(remoteOf(world.gitlab, 'group/widget', world.gitlab.token));
    await clone.git('switch', '--quiet', '18-6-stable');
    await clone.git('cherry-pick', '-x', '-m', '1', commit);
    await clone.commit({ ...withLine(2, 'and changed since'), 'doc/since.md': 'x\n' });
    await clone.git('push', '--quiet', 'origin', '18-6-stable');
    await clone.end();

    const [newest] = await world.propose(iid);

    expect(newest).toMatchObject({ minor: '18.6', state: { state: 'not_needed' } });
    expect(
      (await notesOn(iid)).filter((note) => note.includes('`18-6-stable` has this change already')),
    ).toHaveLength(1);
  });

  it('of which nobody asks for a backport, or that is not merged, is left alone', async () => {
    const iid = await world.merge({ files: withLine(2, 'a better two'), labels: ['type::bug'] });

    const survey = await world.effects.surveyBackports(world.subject(iid));

    expect(survey).toMatchObject({ sentence: `Nobody asks for a backport of !${iid}.`, backports: [] });
    expect(survey.fix).toBeUndefined();
  });

  it('is told at once where it was asked for in a minor that gets no fixes', async () => {
    const iid = await world.merge({ files: withLine(2, 'a better two'), labels: ['Pick into 18.3'] });

    await world.effects.surveyBackports(world.subject(iid));
    await world.effects.surveyBackports(world.subject(iid));

    expect((await notesOn(iid)).map((note) => note.split('\n')[0])).toEqual([
      'This change is not picked into 18.3: 18.3 is not out.',
    ]);
  });

  it('owes one backport more to a branch that is made meanwhile, and its author is told once', async () => {
    const iid = await world.merge({ files: withLine(2, 'a better two') });
    await world.effects.surveyBackports(world.subject(iid));
    await world.git('branch', '18-7-stable', 'main~1');

    await world.effects.surveyBackports(world.subject(iid));
    const { backports } = await world.effects.surveyBackports(world.subject(iid));

    expect(backports.map(({ minor }) => minor)).toEqual(['18.7', '18.6', '18.5', '18.4']);
    expect(
      (await notesOn(iid)).filter((note) => note.includes('18.7 owes this change as well')),
    ).toHaveLength(1);
  });

  it('has missed a minor that leaves the window while it is open', async () => {
    const iid = await world.merge({ files: withLine(2, 'a better two') });
    await world.effects.surveyBackports(world.subject(iid));
    await world.git('branch', '18-7-stable', 'main~1');
    await world.git('tag', 'v18.7.0', '18-7-stable');

    const { backports } = await world.effects.surveyBackports(world.subject(iid));

    expect(backports.filter(({ missedAt }) => missedAt !== undefined).map(({ minor }) => minor)).toEqual([
      '18.4',
    ]);
  });
});

it('goes by the lines of the project itself where it counts its own versions, whatever the product calls them', async () => {
  await world.end();
  world = await startBackportWorld(['9.4', '9.5', '9.6']);
  const iid = await world.merge({
    files: withLine(2, 'a better two'),
    labels: ['Pick into 9.6', 'Pick into 9.5'],
  });

  await world.propose(iid);

  const found = await backportsOf(iid);
  expect(found.map(({ source_branch: source, target_branch: target }) => `${source} to ${target}`)).toEqual([
    `backport/${iid}/9.6 to 9-6-stable`,
    `backport/${iid}/9.5 to 9-5-stable`,
  ]);
});

describe('a backport', () => {
  it.each([
    ['the push', 'POST .*git-receive-pack'],
    ['the opening of the merge request', 'POST .*/merge_requests$'],
    ['a note', 'POST .*/notes'],
  ])('is made once when the answer to %s is lost', async (_what, match) => {
    await world.commit('18-5-stable', withLine(2, 'another two'));
    const iid = await world.merge({ files: withLine(2, 'a better two') });
    world.gitlab.arm({ match, kind: 'lost-response' });

    const standings = await patiently(() => world.propose(iid));

    expect(standings.map(({ state }) => state.state)).toEqual(['proposed', 'conflicted', 'proposed']);
    const targets = (await backportsOf(iid)).map(({ target_branch: target }) => target);
    expect(targets.toSorted()).toEqual(['18-4-stable', '18-6-stable']);
    expect((await notesOn(iid)).filter((note) => note.includes('could not automatically'))).toHaveLength(1);
  });

  it('is brought to the other minors where one branch is there already, which stays as somebody made it', async () => {
    const iid = await world.merge({ files: withLine(2, 'a better two') });
    await world.git('branch', `backport/${iid}/18.5`, '18-5-stable');
    const theirs = await world.commit(`backport/${iid}/18.5`, withLine(2, 'a better two, by hand'));

    const standings = await world.propose(iid);

    expect(standings.map(({ state }) => state.state)).toEqual(['proposed', 'proposed', 'proposed']);
    const there = await backportsOf(iid);
    expect(there.find(({ target_branch: target }) => target === '18-5-stable')?.sha).toBe(theirs);
  });

  it('whose words would tell of a fix under embargo is not opened from a branch that is there already', async () => {
    const iid = await world.merge({ files: withLine(2, 'a better two'), title: `Fix ${CODE}` });
    const step = await world.stepOf(iid, '18.6');
    await world.git('branch', `backport/${iid}/18.6`, '18-6-stable');
    await openEmbargo(world.records, { id: `embargo:${CODE}` });

    const failure = await failureOf(world.effects.proposeBackport(step));

    expect(failure).toMatchObject({ type: 'RefusedByPolicy', nonRetryable: true });
    expect(failure.message).not.toContain(CODE);
    expect(await backportsOf(iid)).toEqual([]);
  });

  it('is made once by two workers at the same time, the same commit on both', async () => {
    const iid = await world.merge({ files: withLine(2, 'a better two') });
    const step = await world.stepOf(iid, '18.6');
    const other = await world.anotherWorker();

    const [one, two] = await Promise.all([world.effects.proposeBackport(step), other.proposeBackport(step)]);

    expect(one.standing.state).toMatchObject({ state: 'proposed' });
    expect(two.standing.state).toEqual(one.standing.state);
    expect(await backportsOf(iid)).toHaveLength(1);
  });

  it('is the same commit when it is made again after its branch was removed', async () => {
    const iid = await world.merge({ files: withLine(2, 'a better two') });
    const step = await world.stepOf(iid, '18.6');
    world.gitlab.arm({ match: 'POST .*/merge_requests$', kind: 'status' });
    await failureOf(world.effects.proposeBackport(step));
    const ref = `refs/heads/backport/${iid}/18.6`;
    const first = await world.git('rev-parse', ref);
    await world.git('update-ref', '-d', ref);

    await (await world.anotherWorker()).proposeBackport(step);

    expect(await world.git('rev-parse', ref)).toBe(first);
  });

  it('stays on the head it was first picked onto when the stable branch moves between two attempts', async () => {
    const iid = await world.merge({ files: withLine(2, 'a better two') });
    const step = await world.stepOf(iid, '18.6');
    world.gitlab.arm({ match: 'POST .*/merge_requests$', kind: 'status' });
    await failureOf(world.effects.proposeBackport(step));
    const first = (await world.git('rev-parse', `backport/${iid}/18.6`)).trim();
    await world.commit('18-6-stable', { 'doc/more.md': 'More.\n' });

    await world.effects.proposeBackport(step);

    expect((await backportsOf(iid)).map(({ sha }) => sha)).toEqual([first]);
  });

  it('of a commit that is not public is refused, and nothing is pushed', async () => {
    const iid = await world.merge({ files: withLine(2, 'a better two') });
    const step = await world.stepOf(iid, '18.6');
    await world.git('update-ref', 'refs/heads/main', 'main~1');
    await world.git('update-ref', '-d', 'refs/heads/fix-1');

    const failure = await failureOf(world.effects.proposeBackport(step));

    expect(failure).toMatchObject({ type: 'RefusedByPolicy' });
    expect(await world.git('for-each-ref', 'refs/heads/backport')).toBe('');
  });

  it.each([
    ['brings a line that the change does not bring', 'a better two\nand a secret'],
    ['brings what the change brings', 'a better two'],
  ])('passes the gate only where it %s', async (_case, text) => {
    const iid = await world.merge({ files: withLine(2, 'a better two') });
    const { backport: release, settings, fix } = await world.stepOf(iid, '18.6');
    const mirror = world.outside.mirrorOf(settings.project);
    const tampered = await world.tampered(
      '18-6-stable',
      withLine(2, text),
      `Fix\n\nSignalbox-Key: ${release}/propose/18.6`,
    );
    await mirror.remote(['fetch', '--quiet', mirror.urlOf('canonical'), tampered]);
    const push = pushPublicly(world.outside, {
      release,
      project: settings.project,
      refs: [{ ref: 'refs/heads/elsewhere', object: tampered }],
      made: [tampered],
      picks: [{ commit: tampered, of: fix.commit }],
    });

    const refusal = await push.then(
      () => 'passed',
      ({ type }: { type: string }) => type,
    );

    expect(refusal).toBe(text.includes('secret') ? 'RefusedByPolicy' : 'passed');
  });

  it('is checked once its pipeline passes at the second try and it is approved, and ends merged', async () => {
    world.gitlab.arm({ match: 'check', kind: 'fail-job' });
    const iid = await world.merge({ files: withLine(2, 'a better two'), labels: ['Pick into 18.6'] });
    await world.propose(iid);
    const [mergeRequest] = await backportsOf(iid);
    const said = async (words: string) => (await follow(iid, '18.6')).sentence.includes(words);

    await until('its pipeline to pass', () => said('One approval is missing'));
    await approve(mergeRequest?.iid ?? 0);
    const checked = await follow(iid, '18.6');
    await world.gitlab.request('PUT', `${API}/merge_requests/${mergeRequest?.iid}/merge`, {});
    const merged = await follow(iid, '18.6');

    expect(checked.state.state).toBe('checked');
    expect(merged.state).toMatchObject({ state: 'merged', mergeRequest: { iid: mergeRequest?.iid } });
    const changes = await world.records.backports.changes({ project: 'widget', iid, minor: '18.6' });
    expect(changes.map(({ to }) => to)).toEqual(['owed', 'proposed', 'checked', 'merged']);
  });

  it('whose pipeline fails more often than it may says so, and is not tried for ever', async () => {
    world.gitlab.arm({ match: 'check', kind: 'fail-job', times: 20 });
    const iid = await world.merge({ files: withLine(2, 'a better two'), labels: ['Pick into 18.6'] });
    await world.propose(iid);

    await until('the retries to be used up', async () =>
      (await follow(iid, '18.6')).sentence.includes('failed 2 times'),
    );
    const standing = await follow(iid, '18.6');

    expect(standing).toMatchObject({
      state: { state: 'proposed' },
      sentence: 'Its pipeline failed 2 times (failed).',
    });
    expect((await notesOn(iid)).filter((note) => note.includes('waits for you'))).toHaveLength(1);
  });

  it('that a person declines is closed with the reason, and stays declined', async () => {
    const iid = await world.merge({ files: withLine(2, 'a better two'), labels: ['Pick into 18.6'] });
    const [proposed] = await world.propose(iid);
    const step = await world.stepOf(iid, '18.6');
    const mergeRequest =
      proposed?.state.state === 'proposed' ? proposed.state.mergeRequest : { iid: 0, url: '' };

    await world.effects.declineBackport({ ...step, by: ROSA, reason: 'Too risky.', mergeRequest });
    await world.effects.declineBackport({ ...step, by: ROSA, reason: 'Too risky.', mergeRequest });
    const [later] = await world.propose(iid);

    expect(later?.state).toEqual({ state: 'declined', by: 'rosa', reason: 'Too risky.' });
    const { body } = await world.gitlab.request<{ state: string }>(
      'GET',
      `${API}/merge_requests/${mergeRequest.iid}`,
    );
    expect(body.state).toBe('closed');
    expect((await notesOn(iid)).filter((note) => note.includes('rosa decided'))).toHaveLength(1);
  });

  it('is not declined in words that would tell of a fix under embargo', async () => {
    const iid = await world.merge({ files: withLine(2, 'a better two'), labels: ['Pick into 18.6'] });
    const step = await world.stepOf(iid, '18.6');
    await openEmbargo(world.records, { id: `embargo:${CODE}` });

    const decline = world.effects.declineBackport({ ...step, by: ROSA, reason: `See topic/${CODE}/18.6.` });

    expect(await failureOf(decline)).toMatchObject({ type: 'RefusedByPolicy', nonRetryable: true });
    expect((await notesOn(iid)).join()).not.toContain(CODE);
  });

  it('is declined by whoever closes its merge request', async () => {
    const iid = await world.merge({ files: withLine(2, 'a better two'), labels: ['Pick into 18.6'] });
    await world.propose(iid);
    const [mergeRequest] = await backportsOf(iid);
    await world.gitlab.request('PUT', `${API}/merge_requests/${mergeRequest?.iid}`, { state_event: 'close' });

    const standing = await follow(iid, '18.6');

    expect(standing.state).toMatchObject({ state: 'declined', reason: `!${mergeRequest?.iid} was closed.` });
  });
});

it('finds labelled changes by asking, where webhooks were lost', async () => {
  const all = await world.merge({ files: withLine(2, 'a better two') });
  const one = await world.merge({ files: withLine(2, 'the best two'), labels: ['Pick into 18.5'] });
  await world.merge({ files: withLine(2, 'no better two'), labels: ['type::bug'] });

  const { iids } = await world.effects.findLabelledChanges(world.subject(0));

  expect(iids).toEqual([all, one]);
});
