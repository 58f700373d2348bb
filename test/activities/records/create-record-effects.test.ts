import { MockActivityEnvironment } from '@temporalio/testing';
import { createRecordEffects } from '../../../activities/records/create-record-effects';
import { ENGINE, type Transition } from '../../../domain/release/release';
import { openRecords } from '../../../records/records';
import { freshRecords, reserve, type TestRecords } from '../../support/records';

let test: TestRecords;

beforeAll(async () => {
  test = await freshRecords();
});

afterAll(() => test.end());

const opened: Transition = { ordinal: 0, to: 'opened', actor: ENGINE, sentence: 'Opened.', evidence: [] };

function patch(release: string) {
  return { release, kind: 'patch' } as const;
}

it('writes lines under the workflow that counted them, once', async () => {
  const effects = createRecordEffects(test.records);
  const child = new MockActivityEnvironment({
    workflowExecution: { workflowId: 'version:abc', runId: 'any' },
  });
  const input = { ...patch('patch:1'), transitions: [opened] };

  await effects.recordTransitions(input);
  await child.run(effects.recordTransitions, input);
  await child.run(effects.recordTransitions, input);

  const lines = await test.records.transitions.ofRelease('patch:1');
  expect(lines.map(({ workflowId }) => workflowId)).toEqual(['patch:1', 'version:abc']);
});

it('marks what was claimed as published, with the lines that say so', async () => {
  const effects = createRecordEffects(test.records);
  await reserve(test.records, 'patch:2', { '18.6.2': '18.6.1' });

  const { claimed } = await test.records.publication.claim({
    release: 'patch:2',
    workflowId: 'patch:2',
    versions: ['18.6.2'],
    transitions: [],
  });
  const published = await effects.markPublished({
    ...patch('patch:2'),
    version: '18.6.2',
    transitions: [{ ...opened, to: 'published', sentence: '18.6.2 is published.' }],
  });

  expect(claimed).toBe(true);
  expect(await test.records.transitions.ofRelease('patch:2')).toMatchObject([
    { to: 'published', sentence: '18.6.2 is published.', at: published.at },
  ]);
});

it('fails for good on a conflict, and passingly while PostgreSQL is away', async () => {
  const effects = createRecordEffects(test.records);
  const away = openRecords({ url: 'postgresql://nobody@127.0.0.1:9/none' });
  const other = { ...opened, sentence: 'Opened otherwise.' };
  await effects.recordTransitions({ ...patch('patch:3'), transitions: [opened] });

  await expect(
    effects.recordTransitions({ ...patch('patch:3'), transitions: [other] }),
  ).rejects.toMatchObject({ type: 'Conflict', nonRetryable: true });
  await expect(
    createRecordEffects(away).recordTransitions({ ...patch('patch:3'), transitions: [] }),
  ).rejects.toMatchObject({ type: 'OutsideDown', nonRetryable: false });
  await away.close();
});
