import { ExplainedError } from '../domain/explained-error';
import {
  answerOf,
  cachedPath,
  complaintOf,
  configuredProgram,
  isProgram,
  makeInCache,
  programOnPath,
  type Progress,
} from './program-cache';
import { downloadedServer, downloadServer } from './sdk-download';

/** The newest that Go can install from its module alone. */
const CLI_VERSION = 'v1.5.1';
const CLI_MODULE = `github.com/temporalio/cli/cmd/temporal@${CLI_VERSION}`;
const LEAST_GO_MINOR = 25;
const BUILD_TIMEOUT_MS = 20 * 60_000;

/**
 * The Temporal command line program, which holds the development server: TEMPORAL_CLI_PATH, else `temporal` on PATH,
 * else the cached one, else fetched by the SDK, else built by Go.
 * @returns its path
 * @throws ExplainedError that lists these ways when none works
 */
export async function temporalBinary(onProgress: Progress): Promise<string> {
  const found = findTemporalBinary();
  if (found !== undefined) return found;

  onProgress('Fetching the Temporal server (some seconds)');
  const complaints: string[] = [];
  try {
    return await downloadServer('dev-server');
  } catch (error) {
    complaints.push(`the download failed: ${rootOf(error)}`);
  }
  const complaint = await buildWithGo(onProgress);
  if (complaint === undefined) return builtBinary();
  throw noTemporal([...complaints, complaint]);
}

/** The program as far as it is on this machine already. */
export function findTemporalBinary(): string | undefined {
  return (
    configuredProgram('TEMPORAL_CLI_PATH') ??
    programOnPath('temporal') ??
    (isProgram(builtBinary()) ? builtBinary() : downloadedServer('dev-server'))
  );
}

function builtFolder(): string {
  return cachedPath(`temporal-cli-${CLI_VERSION}`);
}

function builtBinary(): string {
  return `${builtFolder()}/temporal`;
}

/** @returns why it could not be built, undefined when it was */
async function buildWithGo(onProgress: Progress): Promise<string | undefined> {
  const version = /go1\.(\d+)/.exec(answerOf('go', ['version']))?.[1];
  if (version === undefined) return 'there is no Go to build it with';
  if (Number(version) < LEAST_GO_MINOR) return `Go 1.${version} is too old to build it`;
  onProgress(`No download here: building the Temporal server with Go, once (2 to 5 minutes)`);
  let complaint: string | undefined;
  await makeInCache(builtFolder(), async (unfinished) => {
    complaint = await complaintOf({
      command: 'go',
      args: ['install', CLI_MODULE],
      env: { GOBIN: unfinished },
      timeoutMs: BUILD_TIMEOUT_MS,
    });
    if (complaint !== undefined) throw new Error(complaint);
  }).catch((error: unknown) => (complaint ??= String(error)));
  return complaint === undefined ? undefined : `Go could not build it: ${complaint}`;
}

function noTemporal(complaints: readonly string[]): ExplainedError {
  return new ExplainedError({
    where: 'the Temporal server',
    what: `there is none on this machine, and none could be had (${complaints.join('; ')})`,
    remedy: [
      'Any one of these helps: set TEMPORAL_ADDRESS to a server that runs already',
      'put the `temporal` program on PATH or its path into TEMPORAL_CLI_PATH',
      'connect to the Internet, so that it can be fetched',
      `install Go 1.${LEAST_GO_MINOR} or later, so that it can be built`,
    ].join('; '),
  });
}

/** The SDK repeats the same address at every layer; the last part says what happened. */
export function rootOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('): ').at(-1) ?? message;
}
