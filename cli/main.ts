import { CommanderError } from 'commander';
import { signalboxProgram } from './program';
import { explain, openTerminal, WrongUsage } from './terminal';

const FAILED = 1;
const WRONG_USAGE = 2;

signalboxProgram(openTerminal())
  .parseAsync()
  .catch((error: unknown) => {
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : WRONG_USAGE);
    process.stderr.write(`${explain(error)}\n`);
    process.exit(error instanceof WrongUsage ? WRONG_USAGE : FAILED);
  });
