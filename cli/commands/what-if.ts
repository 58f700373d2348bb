import { Argument, type Command } from 'commander';
import { connectGateway } from '../gateway-client';
import type { Terminal } from '../terminal';
import { whatIfLines, type ShownWhatIf } from '../what-if-text';

/** `release whatif`: what the order of publications would cost. It asks the gateway, and changes nothing. */
export function whatIfCommand(release: Command, terminal: Terminal): void {
  release
    .command('whatif')
    .description('numbers, burns, builds and delays in both orders; nothing is done')
    .addArgument(
      new Argument('<order>', 'which comes first').choices(['monthly-first', 'patch-first', 'critical-now']),
    )
    .option('--json', 'print JSON')
    .action(async (question: string, { json }: { readonly json?: true }) => {
      const answer = await connectGateway()<ShownWhatIf>(`/api/v1/what-if?question=${question}`);
      if (json === true) return terminal.json(answer);
      for (const line of whatIfLines(answer, terminal.paint)) terminal.print(line);
    });
}
