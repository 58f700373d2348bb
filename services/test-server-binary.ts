import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExplainedError } from '../domain/explained-error';
import {
  cachedPath,
  complaintOf,
  configuredProgram,
  isProgram,
  makeInCache,
  programOnPath,
  type Progress,
} from './program-cache';
import { downloadedServer, downloadServer } from './sdk-download';
import { rootOf } from './temporal-binary';

const TEST_SERVER_VERSION = '1.38.0';
const MAVEN_DEPENDENCY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
const FETCH_TIMEOUT_MS = 15 * 60_000;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>signalbox</groupId>
  <artifactId>test-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${TEST_SERVER_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

/**
 * Started by the SDK as \`<path> PORT --enable-time-skipping\`; \`exec\`, so that the SDK's signal reaches Java. It
 * lives for a minute, so that what Java does for servers that run for days costs more than it brings.
 */
const WRAPPER = `#!/bin/sh
exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$(dirname "$0")/lib/*" io.temporal.testserver.TestServer "$@"
`;

/**
 * The Temporal server whose clock skips, for tests alone: TEMPORAL_TEST_SERVER_PATH, else the cached one, else fetched by
 * the SDK, else put together from Maven.
 * @returns its path
 * @throws ExplainedError that lists these ways when none works
 */
export async function testServerBinary(onProgress: Progress): Promise<string> {
  const found = findTestServerBinary();
  if (found !== undefined) return found;

  onProgress('Fetching the time-skipping Temporal server (some seconds)');
  const complaints: string[] = [];
  try {
    return await downloadServer('time-skipping');
  } catch (error) {
    complaints.push(`the download failed: ${rootOf(error)}`);
  }
  const complaint = await fetchWithMaven(onProgress);
  if (complaint === undefined) return wrapper(assembledFolder());
  throw noTestServer([...complaints, complaint]);
}

/** The server as far as it is on this machine already. */
export function findTestServerBinary(): string | undefined {
  const assembled = wrapper(assembledFolder());
  return (
    configuredProgram('TEMPORAL_TEST_SERVER_PATH') ??
    downloadedServer('time-skipping') ??
    (isProgram(assembled) && programOnPath('java') !== undefined ? assembled : undefined)
  );
}

function assembledFolder(): string {
  return cachedPath(`test-server-${TEST_SERVER_VERSION}`);
}

function wrapper(folder: string): string {
  return join(folder, 'temporal-test-server');
}

/** @returns why it could not be had, undefined when it was */
async function fetchWithMaven(onProgress: Progress): Promise<string | undefined> {
  const missing = ['java', 'mvn'].filter((name) => programOnPath(name) === undefined);
  if (missing.length > 0) return `there is no ${missing.join(' and no ')} to run it with`;
  onProgress(
    'No download here: fetching the time-skipping Temporal server with Maven, once (up to a minute)',
  );
  let complaint: string | undefined;
  await makeInCache(assembledFolder(), async (unfinished) => {
    writeFileSync(join(unfinished, 'pom.xml'), POM);
    writeFileSync(wrapper(unfinished), WRAPPER, { mode: 0o755 });
    complaint = await complaintOf({
      command: 'mvn',
      args: [
        '--quiet',
        '--batch-mode',
        `--file=${join(unfinished, 'pom.xml')}`,
        `${MAVEN_DEPENDENCY_PLUGIN}:copy-dependencies`,
        `-DoutputDirectory=${join(unfinished, 'lib')}`,
      ],
      timeoutMs: FETCH_TIMEOUT_MS,
    });
    if (complaint !== undefined) throw new Error(complaint);
  }).catch((error: unknown) => (complaint ??= String(error)));
  return complaint === undefined ? undefined : `Maven could not fetch it: ${complaint}`;
}

function noTestServer(complaints: readonly string[]): ExplainedError {
  return new ExplainedError({
    where: 'the time-skipping Temporal server',
    what: `there is none on this machine, and none could be had (${complaints.join('; ')})`,
    remedy: [
      'Any one of these helps: put its path into TEMPORAL_TEST_SERVER_PATH',
      'connect to the Internet, so that it can be fetched',
      'install Java and Maven, so that it can be put together',
    ].join('; '),
  });
}
