import { sleep } from '@temporalio/workflow';
import { versionRelease as unchanged } from '../../workflows/version-release';
import type { VersionOutcome, VersionReleaseInput } from '../../workflows/version-release.messages';

/** A change that breaks running releases: a command that their histories do not have. */
export async function versionRelease(input: VersionReleaseInput): Promise<VersionOutcome> {
  await sleep('1 minute');
  return unchanged(input);
}
