import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { startWorkflowHouse, type TestRelease, type WorkflowHouse } from '../support/workflow-house';

const FOLDER = join(__dirname, '../workflows/histories');
const RECORD_MS = 60_000;

/** Run by `npm run histories`: keeps one history of each workflow beside those that are kept already, never over one. */
describe('histories to be replayed', () => {
  let house: WorkflowHouse;

  beforeAll(async () => {
    house = await startWorkflowHouse('dev');
  }, RECORD_MS);
  afterAll(() => house.end(), RECORD_MS);

  it(
    'are recorded of a monthly release, a patch release and one version',
    async () => {
      const releases = await Promise.all([house.monthly(), house.patch()]);
      await Promise.all(releases.map(({ handle }) => handle.result()));
      const [monthly, patch] = releases;
      const version = patch.script.callsOf('tagProject')[0]?.workflowId ?? '';

      const kept = [
        await keep(house, 'monthlyRelease', monthly.id),
        await keep(house, 'patchRelease', patch.id),
        await keep(house, 'versionRelease', version),
      ];

      expect(kept).toHaveLength(3);
    },
    RECORD_MS,
  );
});

async function keep(house: WorkflowHouse, type: string, id: TestRelease['id']): Promise<string> {
  const history = await house.client.workflow.getHandle(id).fetchHistory();
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: FOLDER,
    encoding: 'utf8',
  }).trim();
  const file = join(FOLDER, `${type}.${new Date().toISOString().slice(0, 10)}.${commit}.json`);
  writeFileSync(file, JSON.stringify({ workflowId: id, history: JSON.parse(historyToJSON(history)) }), {
    flag: 'wx',
  });
  return file;
}
