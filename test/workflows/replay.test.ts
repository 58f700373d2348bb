import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import * as workflows from '../../workflows/index';
import { beQuiet } from '../support/quiet-runtime';

const FOLDER = join(__dirname, 'histories');

interface Kept {
  readonly workflowId: string;
  readonly history: unknown;
}

const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

function kept(file: string): Kept {
  return JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
}

describe('a release that is under way while its workflow code changes', () => {
  beforeAll(beQuiet);

  it('has histories kept of each workflow', () => {
    const types = new Set(files.map((file) => file.split('.')[0]));

    expect(types).toEqual(new Set(Object.keys(workflows)));
  });

  it.each(files)('goes on: %s replays', async (file) => {
    const { workflowId, history } = kept(file);
    const codePath = process.env['SIGNALBOX_TEST_BUNDLE'] ?? '';

    const replay = Worker.runReplayHistory(
      { workflowBundle: { codePath } },
      historyFromJSON(history),
      workflowId,
    );

    await expect(replay).resolves.toBeUndefined();
  });

  it('would be broken by a command more, and the replay says so', async () => {
    const changed = await bundleWorkflowCode({
      workflowsPath: resolve(__dirname, '../support/changed-workflows.ts'),
      logger: new DefaultLogger('ERROR'),
    });
    const { workflowId, history } = kept(files.find((file) => file.startsWith('versionRelease')) ?? '');

    const replay = Worker.runReplayHistory({ workflowBundle: changed }, historyFromJSON(history), workflowId);

    await expect(replay).rejects.toThrow(DeterminismViolationError);
  }, 60_000);
});
