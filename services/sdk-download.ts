import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cachedPath, isProgram } from './program-cache';

/** The two servers that Temporal's SDK can fetch, by the beginning of the file name that it gives them. */
const FILE_PREFIX = { 'dev-server': 'temporal-sdk-', 'time-skipping': 'temporal-test-server-' } as const;

export type DownloadableServer = keyof typeof FILE_PREFIX;

/** A copy fetched earlier. */
export function downloadedServer(server: DownloadableServer): string | undefined {
  const folder = downloadFolder();
  const name = filesIn(folder).find((file) => file.startsWith(FILE_PREFIX[server]));
  const path = name === undefined ? undefined : join(folder, name);
  return path !== undefined && isProgram(path) ? path : undefined;
}

/**
 * Lets the SDK fetch the server: seconds with an Internet connection, at once an error without.
 * @returns its path
 * @throws what the SDK says
 */
export async function downloadServer(server: DownloadableServer): Promise<string> {
  // Loads native code, which nobody needs once a server has been found.
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  mkdirSync(downloadFolder(), { recursive: true });
  const executable = { type: 'cached-download', downloadDir: downloadFolder(), ttl: '3650 days' } as const;
  // The SDK offers no download alone. That it starts shows that it is whole.
  const started = await (server === 'dev-server'
    ? TestWorkflowEnvironment.createLocal({ server: { executable } })
    : TestWorkflowEnvironment.createTimeSkipping({ server: { executable } }));
  await started.teardown();
  const path = downloadedServer(server);
  if (path === undefined) throw new Error(`the SDK left no ${server} in ${downloadFolder()}`);
  return path;
}

function downloadFolder(): string {
  return cachedPath('downloads');
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}
