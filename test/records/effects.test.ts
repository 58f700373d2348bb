import { ENGINE, type Transition } from '../../domain/release/release';
import type { EffectRecord } from '../../records/effects';
import { freshRecords, type TestRecords } from '../support/records';

let test: TestRecords;

beforeAll(async () => {
  test = await freshRecords();
});

afterAll(() => test.end());

function line(ordinal: number, sentence: string): Transition {
  return {
    ordinal,
    to: 'version_reached',
    actor: ENGINE,
    sentence,
    evidence: [{ label: 'sha', value: 'abc' }],
  };
}

function tagging(release: string, sha: string): EffectRecord<{ sha: string }> {
  return {
    key: `${release}/tag/gitlab/v18.6.2-ee`,
    release,
    workflowId: `version:of-${release}`,
    step: 'tag',
    target: 'gitlab/v18.6.2-ee',
    result: { sha },
    transitions: [line(0, 'Tagged gitlab.')],
  };
}

function making(step: string, artifacts: EffectRecord<object>['artifacts']): EffectRecord<object> {
  return {
    ...tagging('patch:6', ''),
    key: `patch:6/${step}`,
    transitions: [],
    result: {},
    ...(artifacts && { artifacts }),
  };
}

it('records an effect with its lines, and finds the first when it is done again', async () => {
  const { effects, transitions } = test.records;
  const first = await effects.record(tagging('patch:1', 'aaa'));
  const again = await effects.record(tagging('patch:1', 'aaa'));

  expect(again).toEqual(first);
  expect(first.sha).toBe('aaa');
  expect(first.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(await effects.find('patch:1/tag/gitlab/v18.6.2-ee')).toEqual(first);
  expect(await effects.find('patch:1/tag/gitaly/v18.6.2')).toBeUndefined();
  expect(await transitions.ofRelease('patch:1')).toEqual([
    { ...line(0, 'Tagged gitlab.'), workflowId: 'version:of-patch:1', at: first.at },
  ]);
});

it('answers the same to attempts that overlap', async () => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => test.records.effects.record(tagging('patch:2', 'aaa'))),
  );

  expect(new Set(answers.map(({ at }) => at)).size).toBe(1);
});

it('refuses the same key with another result, naming both, and writes nothing of it', async () => {
  await test.records.effects.record(tagging('patch:3', 'aaa'));
  const other = { ...tagging('patch:3', 'bbb'), transitions: [line(1, 'Tagged again.')] };

  await expect(test.records.effects.record(other)).rejects.toMatchObject({
    name: 'RecordsConflict',
    message:
      'effect patch:3/tag/gitlab/v18.6.2-ee: recorded {"sha":"aaa"}, and now {"sha":"bbb"}. ' +
      'Find out which of the two is right; what is recorded is never overwritten',
  });
  expect(await test.records.transitions.ofRelease('patch:3')).toHaveLength(1);
});

it('writes no effect when one of its lines is there with other content', async () => {
  const lines = {
    release: 'patch:4',
    workflowId: 'version:of-patch:4',
    transitions: [line(0, 'Something else.')],
  };
  await test.records.transitions.append(lines);

  await expect(test.records.effects.record(tagging('patch:4', 'aaa'))).rejects.toThrow(
    /transition 0 of version:of-patch:4: recorded .*Something else.* and now .*Tagged gitlab/,
  );
  expect(await test.records.effects.find('patch:4/tag/gitlab/v18.6.2-ee')).toBeUndefined();
});

it('tells apart the lines of a release and of its versions, in the order of their recording', async () => {
  const { transitions } = test.records;
  const release = 'patch:5';
  await transitions.append({
    release,
    workflowId: release,
    transitions: [line(0, 'Opened.'), line(1, 'Closed.')],
  });
  await transitions.append({ release, workflowId: 'version:x', transitions: [line(0, 'Tagged.')] });
  await transitions.append({
    release,
    workflowId: release,
    transitions: [line(1, 'Closed.'), line(2, 'Verified.')],
  });

  expect((await transitions.ofRelease(release)).map(({ sentence }) => sentence)).toEqual([
    'Opened.',
    'Closed.',
    'Tagged.',
    'Verified.',
  ]);
});

describe('what was made', () => {
  const tag = { project: 'gitlab', name: 'v19.1.1-ee', sha: 'a'.repeat(40), state: 'private' } as const;
  const file = {
    project: 'gitlab',
    name: 'gitlab-ee',
    version: '19.1.1',
    file: 'gitlab-ee.tar.gz',
    sha256: 'b'.repeat(64),
    bytes: 5_000_000_000,
    state: 'private',
  } as const;

  it('is recorded with the effect, becomes public, and never private again', async () => {
    const { effects, artifacts } = test.records;
    await effects.record(making('tag', { version: '19.1.1', tags: [tag], packages: [file] }));
    const published = { version: '19.1.1', tags: [{ ...tag, state: 'public' as const }] };
    await effects.record(making('publish', published));
    await effects.record(making('tag', { version: '19.1.1', tags: [tag], packages: [file] }));

    expect(await artifacts.ofRelease('patch:6')).toEqual({
      tags: [{ ...tag, state: 'public', release: 'patch:6', productVersion: '19.1.1' }],
      packages: [{ ...file, release: 'patch:6', productVersion: '19.1.1' }],
    });
  });

  it('is refused under the same name with other content', async () => {
    const otherTag = { version: '19.1.1', tags: [{ ...tag, sha: 'c'.repeat(40) }] };
    const otherFile = { version: '19.1.1', packages: [{ ...file, sha256: 'd'.repeat(64) }] };

    await expect(test.records.effects.record(making('tag-again', otherTag))).rejects.toThrow(
      `tag v19.1.1-ee of gitlab: recorded ${'a'.repeat(40)}, and now ${'c'.repeat(40)}`,
    );
    await expect(test.records.effects.record(making('build-again', otherFile))).rejects.toThrow(
      /package gitlab-ee 19\.1\.1 gitlab-ee\.tar\.gz of gitlab: recorded b+, and now d+/,
    );
    expect(await test.records.effects.find('patch:6/build-again')).toBeUndefined();
  });

  it('is marked as withdrawn with its version', async () => {
    const { records } = test;
    const made = await records.closeRelease<object>({
      ...making('close', undefined),
      release: 'patch:7',
      versions: [{ atLeast: '19.2.1' }],
      close: () => ({ result: {}, inclusions: [] }),
    });
    await records.effects.record({
      ...making('tag-7', { version: '19.2.1', tags: [{ ...tag, name: 'v19.2.1-ee' }] }),
      release: 'patch:7',
    });
    await records.publication.withdraw({
      release: 'patch:7',
      workflowId: 'patch:7',
      versions: ['19.2.1'],
      transitions: [],
      reason: 'aborted',
    });

    expect(made.at).toBeDefined();
    expect((await records.artifacts.ofRelease('patch:7')).tags).toMatchObject([{ state: 'withdrawn' }]);
  });
});
