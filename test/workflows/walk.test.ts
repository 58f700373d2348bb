import { MONTHLY_MILESTONES, PATCH_MILESTONES } from '../../domain/milestones';
import type { TestRelease } from '../support/workflow-house';
import { startWorkflowHouse, type WorkflowHouse } from '../support/workflow-house';

let house: WorkflowHouse;

beforeAll(async () => {
  house = await startWorkflowHouse('time-skipping');
}, 60_000);
afterEach(() => house.terminateAll());
afterAll(() => house.end(), 60_000);

async function walked(release: TestRelease) {
  await house.client.workflow.result(release.id);
  return release.status();
}

describe('a monthly release that nobody holds up', () => {
  it('reaches every milestone in order', async () => {
    const release = await house.monthly();

    const { reached, state, next, waitingFor } = await walked(release);

    expect(reached.map(({ milestone }) => milestone)).toEqual(MONTHLY_MILESTONES);
    expect({ state, next, waitingFor }).toEqual({
      state: 'finalised',
      next: undefined,
      waitingFor: undefined,
    });
  });
});

describe('a patch release that nobody holds up', () => {
  it('reaches every milestone in order', async () => {
    const release = await house.patch();

    const { reached, versions } = await walked(release);

    expect(reached.map(({ milestone }) => milestone)).toEqual(PATCH_MILESTONES);
    expect(versions.map(({ version, reached: came }) => `${version} ${came}`)).toEqual([
      '18.6.2 published',
      '18.5.2 published',
    ]);
  });
});
