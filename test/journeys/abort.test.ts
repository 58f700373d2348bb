import type { WorkflowHandle } from '@temporalio/client';
import { findProject } from '../../sandbox/gitlab/instance';
import { startReleaseHouse, type ReleaseHouse } from '../support/release-house';
import { until } from '../support/until';
import { STORY_MS, statusOf, waitsForApproval } from './following';

interface Packaged {
  readonly name: string;
  readonly version: string;
}

describe('a release that is aborted', () => {
  let house: ReleaseHouse;
  let before: string;

  beforeAll(async () => {
    house = await startReleaseHouse();
    before = await everything();
  }, 60_000);
  afterAll(() => house.end(), 60_000);

  /** Every ref of every repository, and every package of every registry. */
  async function everything(): Promise<string> {
    const found: string[] = [];
    for (const { repositories } of house.settings.projects) {
      for (const path of Object.values(repositories)) {
        const at = `/projects/${encodeURIComponent(path)}/packages`;
        const { body } = await house.gitlab.request<Packaged[]>('GET', at);
        const refs = await refsOf(path);
        found.push(...refs, ...body.map(({ name, version }) => `${path} package ${name} ${version}`));
      }
    }
    return found.join('\n');
  }

  async function refsOf(path: string): Promise<readonly string[]> {
    const project = findProject(house.gitlab.instance, path);
    if (project === undefined) throw new Error(`${path} is planted`);
    const refs = await house.gitlab.instance.repository(project).refs();
    return refs.map(({ name, object }) => `${path} ${name} ${object}`);
  }

  async function abort(handle: WorkflowHandle): Promise<void> {
    await house.decide(handle, 'abort', { reason: 'A regression was found.' });
    await handle.result();
  }

  it(
    'while it waits for its approval leaves nothing behind, and its numbers are burned',
    async () => {
      const patch = await house.startPatch(['18.6', '18.5']);
      await waitsForApproval(patch);
      const during = await everything();

      await abort(patch);

      const end = await statusOf(patch);
      const numbers = await house.records.versions.ofRelease(patch.workflowId);
      expect(during).toContain('gitlab-org/build/gitaly package gitaly 18.6.2');
      expect(during).toContain('gitlab-org/security/charts refs/tags/v9.5.5');
      expect(await everything()).toBe(before);
      expect(end).toMatchObject({ state: 'aborted', versions: [] });
      expect(numbers.map(({ number, state, reason }) => `${number} ${state}: ${reason}`).toSorted()).toEqual([
        '18.5.4 burned: A regression was found.',
        '18.6.2 burned: A regression was found.',
        '9.5.5 burned: A regression was found.',
        '9.6.2 burned: A regression was found.',
      ]);
    },
    STORY_MS,
  );

  it(
    'in the middle of its tagging leaves nothing behind either',
    async () => {
      const patch = await house.startPatch(['18.6', '18.5', '18.4']);
      await until(
        'a first tag',
        async () => {
          const refs = await refsOf('gitlab-org/security/gitaly');
          return refs.some((ref) => ref.includes('refs/tags/v18.6.3'));
        },
        STORY_MS,
      );

      await abort(patch);

      expect((await statusOf(patch)).state).toBe('aborted');
      expect(await everything()).toBe(before);
    },
    STORY_MS,
  );
});
