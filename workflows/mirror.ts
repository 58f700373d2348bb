import { makeContinueAsNewFunc, workflowInfo } from '@temporalio/workflow';
import { MirrorProcess } from './mirror-process';
import type { MirrorInput } from './mirror.messages';
import { readInput } from './received';

/** Keeps the mirrored refs of one project the same on canonical, security and build. Lives as long as the project does. */
export async function mirror(input: MirrorInput): Promise<void> {
  const process = readInput(() => new MirrorProcess(input));
  const carried = await process.run();
  const { memo } = workflowInfo();
  const goOn = makeContinueAsNewFunc<typeof mirror>(memo === undefined ? {} : { memo });
  await goOn({ ...input, carried });
}
