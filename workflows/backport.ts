import { continueAsNew } from '@temporalio/workflow';
import { BackportProcess } from './backport-process';
import type { BackportInput } from './backport.messages';
import { readInput } from './received';

/** Brings one merged change to the stable branches that owe it. */
export async function backport(input: BackportInput): Promise<void> {
  const process = readInput(() => new BackportProcess(input));
  if (await process.run()) return;
  await continueAsNew<typeof backport>(input);
}
