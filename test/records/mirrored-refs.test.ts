import type { MirroredState, RefObjects } from '../../domain/mirror/mirrored-ref';
import { ENGINE } from '../../domain/release/release';
import { freshRecords, reserve, type TestRecords } from '../support/records';

const ROSA = { id: 'rosa', roles: ['release-manager'] };
const MASTER = 'refs/heads/master';
const A = { canonical: 'a', security: 'a', build: 'a' };
const AHEAD = { canonical: 'a', security: 'b', build: 'a' };

let test: TestRecords;
let projects = 0;
let project = '';

beforeAll(async () => {
  test = await freshRecords();
});
beforeEach(() => {
  project = `project-${++projects}`;
});
afterAll(() => test.end());

function see(look: number, state: MirroredState, objects: RefObjects, ref = MASTER): Promise<string> {
  const refs = [{ ref, state, objects, sentence: `It is ${state}.` }];
  return test.records.mirroredRefs.seen({ project, look, refs });
}

async function master() {
  return (await test.records.mirroredRefs.of({ project })).get(MASTER);
}

async function history(): Promise<readonly string[]> {
  const changes = await test.records.mirroredRefs.changes({ project, ref: MASTER });
  return changes.map(({ ordinal, to, actor }) => `${ordinal} ${to} by ${actor.id}`);
}

it('keeps a ref as it was last seen, and what all agreed on', async () => {
  await see(1, 'in_sync', A);
  await see(2, 'ahead', AHEAD);

  expect(await master()).toEqual({
    ref: MASTER,
    state: 'ahead',
    objects: AHEAD,
    sentence: 'It is ahead.',
    agreed: 'a',
    since: expect.any(String),
    difference: 1,
  });
});

it('writes a line for each change and none for a look that saw nothing new', async () => {
  await see(1, 'in_sync', A);
  await see(2, 'in_sync', A);
  await see(3, 'ahead', AHEAD);
  await see(3, 'ahead', AHEAD);

  expect(await history()).toEqual(['1 in_sync by signalbox', '2 ahead by signalbox']);
});

it('writes what two attempts of a look have seen once, however they overlap', async () => {
  await Promise.all([1, 2, 3, 4, 5].map(() => see(1, 'ahead', AHEAD)));

  expect(await history()).toEqual(['1 ahead by signalbox']);
  expect(await master()).toMatchObject({ difference: 1 });
});

it('does not let an older look overwrite a newer one', async () => {
  await see(7, 'in_sync', A);
  await see(6, 'ahead', AHEAD);

  expect(await master()).toMatchObject({ state: 'in_sync', objects: A });
});

it('says since when a ref is in its state, however it moves in it', async () => {
  await see(1, 'ahead', AHEAD);
  const before = await master();
  await see(2, 'ahead', { ...AHEAD, security: 'c' });

  expect((await master())?.since).toBe(before?.since);
  expect(await master()).toMatchObject({ objects: { security: 'c' } });
});

it('counts differences, and forgets what was agreed once nobody has the ref', async () => {
  await see(1, 'in_sync', A);
  await see(2, 'ahead', AHEAD);
  await see(3, 'diverged', { ...AHEAD, canonical: 'c' });
  await see(4, 'in_sync', A);
  await see(5, 'deleted', { security: 'a' });
  const differed = await master();
  await see(6, 'gone', {});

  expect(differed).toMatchObject({ difference: 2, agreed: 'a' });
  expect(await master()).not.toHaveProperty('agreed');
  expect(await test.records.mirroredRefs.summary(project)).toMatchObject({ refs: 0, look: 6 });
});

it('lists those that are apart, and reads those that are named', async () => {
  await see(1, 'in_sync', A);
  await see(1, 'behind', { canonical: 'b', security: 'a', build: 'a' }, 'refs/heads/18-6-stable');
  await see(1, 'collision', { canonical: 'a', security: 'b' }, 'refs/tags/v18.6.2');
  const { mirroredRefs } = test.records;

  const apart = await mirroredRefs.apart(project);
  const named = await mirroredRefs.of({ project, refs: [MASTER, 'refs/heads/none'] });

  expect(apart.map(({ ref }) => ref)).toEqual(['refs/heads/18-6-stable', 'refs/tags/v18.6.2']);
  expect([...named.keys()]).toEqual([MASTER]);
  expect(await mirroredRefs.summary(project)).toEqual({ refs: 3, look: 1, at: expect.any(String) });
});

describe('the task about a difference', () => {
  const told = { ref: MASTER, actor: ENGINE, sentence: 'Asked.' };

  it('is noted once; a second attempt is told the first', async () => {
    await see(1, 'ahead', AHEAD);
    const { mirroredRefs } = test.records;
    const opening = { ...told, project, difference: 1, key: 'task 1 opened' };

    const first = await mirroredRefs.openTask({ ...opening, task: 17 });
    const second = await mirroredRefs.openTask({ ...opening, task: 18 });

    expect([first, second]).toEqual([17, 17]);
    expect(await history()).toEqual(['1 ahead by signalbox', '2 task_opened by signalbox']);
  });

  it('is closed, and the next difference gets another one', async () => {
    await see(1, 'ahead', AHEAD);
    const { mirroredRefs } = test.records;
    await mirroredRefs.openTask({ ...told, project, difference: 1, task: 17, key: 'task 1 opened' });
    await see(2, 'in_sync', A);
    const closing = { ...told, project, task: 17, key: 'task 1 closed' };
    await mirroredRefs.closeTask(closing);
    await mirroredRefs.closeTask(closing);
    await see(3, 'ahead', AHEAD);

    expect(await master()).toMatchObject({ difference: 2 });
    expect(await master()).not.toHaveProperty('task');
    expect(await history()).toEqual([
      '1 ahead by signalbox',
      '2 task_opened by signalbox',
      '3 in_sync by signalbox',
      '4 task_closed by signalbox',
      '5 ahead by signalbox',
    ]);
  });
});

it('keeps what a person has left as it is, with their name, until all agree again', async () => {
  await see(1, 'collision', AHEAD);
  const { mirroredRefs } = test.records;
  const action = { project, ref: MASTER, key: 'decision 1', actor: ROSA, sentence: 'Known since 2019.' };
  await mirroredRefs.leave({ ...action, objects: AHEAD });
  const left = await master();
  await see(2, 'in_sync', A);

  expect(left?.left).toEqual(AHEAD);
  expect(await master()).not.toHaveProperty('left');
  expect(await history()).toContain('2 left_alone by rosa');
});

it('knows the numbers and tags that releases have taken', async () => {
  const { records } = test;
  const release = 'patch:1';
  const lines = { release, workflowId: release, transitions: [] };
  await reserve(records, release, { '18.6.2': undefined });
  const tag = { project: 'gitaly', name: 'v18.6.2', sha: 'c'.repeat(40), state: 'private' as const };
  await records.effects.record({
    ...lines,
    key: 'patch:1/tag/gitaly/18.6.2',
    step: 'tag',
    target: 'gitaly/18.6.2',
    result: {},
    artifacts: { version: '18.6.2', tags: [tag] },
  });

  expect(await records.versions.inFlight('product')).toEqual([{ number: '18.6.2', release }]);
  expect(await records.artifacts.tagsOf('gitaly')).toEqual([{ ...tag, release, productVersion: '18.6.2' }]);
  expect(await records.artifacts.tagsOf('gitlab')).toEqual([]);
});
