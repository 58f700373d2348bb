import { Command } from 'commander';
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
import { shiftCommands } from './commands/shift';
import { sloCommands } from './commands/slo';
import { versionsCommand } from './commands/versions';
import type { Terminal } from './terminal';

/** All commands, none of them run. */
export function signalboxProgram(terminal: Terminal): Command {
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
  shiftCommands(program, terminal);
  sloCommands(program, terminal);
  configCommands(program, terminal);
  sandboxCommands(program, terminal);
  doctorCommand(program, terminal);
  for (const command of everyCommand(program)) command.exitOverride();
  return program;
}

/** A command's own commands, theirs, and so on. */
export function everyCommand(command: Command): readonly Command[] {
  return command.commands.flatMap((child) => [child, ...everyCommand(child)]);
}
