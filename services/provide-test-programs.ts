import { temporalBinary } from './temporal-binary';
import { testServerBinary } from './test-server-binary';

const PROGRAMS = [
  ['temporal', temporalBinary],
  ['test-server', testServerBinary],
] as const;

/** Names of what could not be had go to standard output, one a line, for bin/test; what is being done to standard error. */
async function provideTestPrograms(): Promise<void> {
  for (const [name, provide] of PROGRAMS) {
    try {
      await provide(say);
    } catch (error) {
      say(String(error));
      process.stdout.write(`${name}\n`);
    }
  }
}

function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

// A server that the SDK has started keeps its native threads, and with them the process.
void provideTestPrograms().then(() => process.exit(0));
