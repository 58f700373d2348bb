import type { Command } from 'commander';
import type { SloReport } from '../../domain/planning/slo-report';
import { connectGateway } from '../gateway-client';
import { sloLines } from '../planning-text';
import type { Terminal } from '../terminal';

interface Json {
  readonly json?: true;
}

/** What of the promised service levels was kept. It asks the gateway. */
export function sloCommands(program: Command, terminal: Terminal): void {
  const slo = program.command('slo').description('see whether fixes are out in time, and how much waits');
  slo
    .command('report')
    .description('which deadlines were met, missed or are at risk, and what is measured beside')
    .option('--json', 'print JSON')
    .action(async ({ json }: Json) => {
      const report = await connectGateway()<SloReport>('/api/v1/slo');
      if (json === true) return terminal.json(report);
      for (const line of sloLines(report, terminal.paint)) terminal.print(line);
    });
}
