import type { Delivery } from '../../records/inbox';
import { freshRecords, type TestRecords } from '../support/records';

let test: TestRecords;

beforeAll(async () => {
  test = await freshRecords();
});

afterAll(() => test.end());

const project = 'gitlab-build/gitlab';

function pipelineHook(key: string, status: string, pipeline = 7): Delivery {
  const payload = { object_attributes: { id: pipeline, status } };
  return {
    idempotencyKey: key,
    event: 'Pipeline Hook',
    project,
    ref: 'v18.6.2-ee',
    sha: 'abc',
    pipeline,
    status,
    payload,
  };
}

it('takes a delivery once', async () => {
  const { inbox } = test.records;

  expect(await inbox.receive(pipelineHook('one', 'running'))).toBe(true);
  expect(await inbox.receive(pipelineHook('one', 'failed'))).toBe(false);
  expect(await inbox.ofPipeline({ project, pipeline: 7 })).toMatchObject({ status: 'running' });
});

it('answers the newest word on a pipeline, by number or by commit', async () => {
  const { inbox } = test.records;
  await inbox.receive(pipelineHook('two', 'success'));
  await inbox.receive({
    idempotencyKey: 'push',
    event: 'Push Hook',
    project,
    ref: 'v18.6.2-ee',
    sha: 'abc',
    payload: {},
  });

  const newest = await inbox.ofPipeline({ project, pipeline: 7 });

  expect(newest).toMatchObject({ pipeline: 7, status: 'success', ref: 'v18.6.2-ee', sha: 'abc' });
  expect(await inbox.ofCommit({ project, ref: 'v18.6.2-ee', sha: 'abc' })).toEqual(newest);
  expect(await inbox.ofCommit({ project, ref: 'v18.6.2-ee', sha: 'def' })).toBeUndefined();
  expect(await inbox.ofPipeline({ project: 'gitlab-build/gitaly', pipeline: 7 })).toBeUndefined();
});

it('wakes those who wait for the pipeline, and nobody else', async () => {
  const { bell, inbox } = test.records;
  const byNumber = bell.listen({ project, pipeline: 8 });
  const byRef = bell.listen({ project, ref: 'v18.6.2-ee' });
  const other = bell.listen({ project, pipeline: 9 });
  // All are woken once when the connection stands, for what came in before.
  await Promise.all([byNumber, byRef, other].map((listener) => listener.wait({ timeoutMs: 5_000 })));

  const before = performance.now();
  await inbox.receive(pipelineHook('three', 'success', 8));
  await Promise.all([byNumber.wait({ timeoutMs: 5_000 }), byRef.wait({ timeoutMs: 5_000 })]);
  expect(performance.now() - before).toBeLessThan(1_000);

  const quiet = performance.now();
  await other.wait({ timeoutMs: 100 });
  expect(performance.now() - quiet).toBeGreaterThan(90);
});

it('loses no ring between two waits, and stops waiting when told', async () => {
  const { bell, inbox } = test.records;
  const listener = bell.listen({ project, pipeline: 10 });
  const other = bell.listen({ project, pipeline: 10 });
  await inbox.receive(pipelineHook('four', 'success', 10));
  await other.wait({ timeoutMs: 5_000 });

  const before = performance.now();
  await listener.wait({ timeoutMs: 5_000 });
  await listener.wait({ timeoutMs: 60_000, signal: AbortSignal.abort() });

  expect(performance.now() - before).toBeLessThan(1_000);
  listener.close();
});
