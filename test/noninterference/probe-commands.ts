import pc from 'picocolors';
import { everyCommand, signalboxProgram } from '../../cli/program';
import { explain, type Terminal } from '../../cli/terminal';
import type { Seen } from './seen';
import { COMMANDS, type Command } from './surfaces';

/** `release show`, of every command that does something. */
export function commandNames(): readonly string[] {
  const program = signalboxProgram(writingTo([]));
  return everyCommand(program)
    .filter(({ commands }) => commands.length === 0)
    .map((command) => {
      const names: string[] = [];
      for (let one: typeof command | null = command; one !== null && one !== program; one = one.parent)
        names.unshift(one.name());
      return names.join(' ');
    });
}

export interface CommandReader {
  /** Of the gateway. */
  readonly url: string;
  readonly token: string;
  readonly release: string;
  readonly embargo: string;
}

/** What a person reads of every compared command, as text and as JSON. Not blanked yet. */
export async function readCommands({ url, token, release, embargo }: CommandReader): Promise<Seen> {
  const before = { ...process.env };
  Object.assign(process.env, { SIGNALBOX_GATEWAY_URL: url, SIGNALBOX_TOKEN: token });
  const seen: Record<string, string> = {};
  for (const [name, row] of Object.entries<Command>(COMMANDS)) {
    if ('exempt' in row) continue;
    const told = row.arguments.map((one) => one.replace('<release>', release).replace('<embargo>', embargo));
    for (const more of [[], ['--json']])
      seen[[name, ...more].join(' ')] = await said([...name.split(' '), ...told, ...more]);
  }
  process.env = before;
  return seen;
}

async function said(command: readonly string[]): Promise<string> {
  const lines: string[] = [];
  try {
    await signalboxProgram(writingTo(lines)).parseAsync(command, { from: 'user' });
  } catch (error) {
    lines.push(explain(error));
  }
  return lines.join('\n');
}

function writingTo(lines: string[]): Terminal {
  const print = (line = ''): void => void lines.push(line);
  return {
    paint: pc.createColors(false),
    isInteractive: false,
    print,
    write: print,
    json: (value) => print(JSON.stringify(value)),
    progress: print,
    redraw: (all) => print(all.join('\n')),
  };
}
