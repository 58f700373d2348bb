import type { Command } from 'commander';
import { exposureLines, type ShownExposure } from '../exposure-text';
import { connectGateway } from '../gateway-client';
import type { Terminal } from '../terminal';

/** The exposure clock of every fix. It asks the gateway. */
export function exposureCommand(program: Command, terminal: Terminal): void {
  program
    .command('exposure')
    .description('how long which place had a public hole, or a fix that had to be kept secret')
    .option('--json', 'print JSON')
    .action(async ({ json }: { readonly json?: true }) => {
      const fixes = await connectGateway()<readonly ShownExposure[]>('/api/v1/exposure');
      if (json === true) return terminal.json({ fixes });
      if (fixes.length === 0) terminal.print('There is no fix under embargo that you may know of.');
      for (const line of exposureLines(fixes, terminal.paint)) terminal.print(line);
    });
}
