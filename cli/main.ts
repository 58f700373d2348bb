import { Command, CommanderError } from 'commander';
import { backportCommands } from './commands/backport';
import { calendarCommands } from './commands/calendar';
import { configCommands } from './commands/config';
import { demoCommand } from './commands/demo';
import { doctorCommand } from './commands/doctor';
import { embargoCommands } from './commands/embargo';
import { exposureCommand } from './commands/exposure';
import { fixCommands } from './commands/fix';
import { mirrorCommands } from './commands/mirror';
import { releaseCommands } from './commands/release';
import { sandboxCommands } from './commands/sandbox';
import { serverCommands } from './commands/servers';
import { versionsCommand } from './commands/versions';
import { explain, openTerminal, WrongUsage } from './terminal';

const FAILED = 1;
const WRONG_USAGE = 2;

async function main(): Promise<void> {
  const terminal = openTerminal();
  const program = new Command('signalbox')
    .description('Releases of a large product that run by themselves, side by side')
    .version('0.1.0')
    .showHelpAfterError('(see `signalbox --help`)')
    .exitOverride()
    .addHelpText('after', '\nBegin with `signalbox demo`.');
  demoCommand(program, terminal);
  serverCommands(program, terminal);
  releaseCommands(program, terminal);
  versionsCommand(program, terminal);
  mirrorCommands(program, terminal);
  embargoCommands(program, terminal);
  fixCommands(program, terminal);
  exposureCommand(program, terminal);
  backportCommands(program, terminal);
  calendarCommands(program, terminal);
  configCommands(program, terminal);
  sandboxCommands(program, terminal);
  doctorCommand(program, terminal);
  for (const command of everyCommand(program)) command.exitOverride();
  await program.parseAsync();
}

function everyCommand(command: Command): readonly Command[] {
  return command.commands.flatMap((child) => [child, ...everyCommand(child)]);
}

main().catch((error: unknown) => {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : WRONG_USAGE);
  process.stderr.write(`${explain(error)}\n`);
  process.exit(error instanceof WrongUsage ? WRONG_USAGE : FAILED);
});
