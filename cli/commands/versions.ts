import type { Command } from 'commander';
import { connectGateway } from '../gateway-client';
import type { Terminal } from '../terminal';
import { numberLines, type ShownNumber } from '../number-text';

/** Which numbers of a minor were given out, and what became of each. */
export function versionsCommand(program: Command, terminal: Terminal): void {
  program
    .command('versions')
    .description('every number of a minor in order: its state, its release, when, and why it was burned')
    .requiredOption('--minor <minor>', 'e.g. 18.6')
    .option('--json', 'print JSON')
    .action(async ({ minor, json }: { readonly minor: string; readonly json?: true }) => {
      const query = new URLSearchParams({ minor, before: 'true' });
      const numbers = await connectGateway()<readonly ShownNumber[]>(`/api/v1/versions?${query.toString()}`);
      if (json === true) return terminal.json({ minor, numbers });
      if (numbers.length === 0) terminal.print(`No number of ${minor} was given out.`);
      for (const line of numberLines(numbers, terminal.paint)) terminal.print(line);
    });
}
