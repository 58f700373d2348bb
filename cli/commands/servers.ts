import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { ExplainedError } from '../../domain/explained-error';
import { resetServices, stopServices } from '../../services/house';
import { serviceLogs } from '../../services/house-site';
import { signalboxHome } from '../../services/home';
import { ensureHouse, links } from '../house';
import type { Terminal } from '../terminal';

/** Commands about the servers on this machine. */
export function serverCommands(program: Command, terminal: Terminal): void {
  program
    .command('up')
    .description(
      'start everything on this machine and leave it running: Temporal, PostgreSQL, worker, gateway, sandbox',
    )
    .option('--json', 'print the addresses as one JSON object')
    .addHelpText('after', '\nGiven again it starts only what has died. Stop with `signalbox down`.')
    .action(async ({ json }: { json?: true }) => {
      const house = await ensureHouse(terminal);
      if (json === true) return terminal.json({ ...house, secrets: undefined, databaseUrl: undefined });
      terminal.print('Signalbox is up.');
      for (const [name, url] of links(house)) terminal.print(`  ${name.padEnd(9)} ${url}`);
      terminal.print(
        'Next: `signalbox demo` shows two releases; `signalbox release start --help` starts one.',
      );
    });
  program
    .command('down')
    .description('stop the servers on this machine; nothing that was recorded is lost')
    .action(async () => {
      await stopServices(signalboxHome(), terminal.progress);
      terminal.print('Signalbox is down. `signalbox up` goes on where it stopped.');
    });
  program
    .command('reset')
    .description('stop the servers and forget everything: releases, repositories of the sandbox, secrets')
    .option('--yes', 'do not ask')
    .action(async ({ yes }: { yes?: true }) => {
      if (yes !== true)
        throw new ExplainedError({
          where: signalboxHome(),
          what: 'this would forget every release and repository of the sandbox',
          remedy: 'Give --yes if that is what you want',
        });
      await resetServices(signalboxHome(), terminal.progress);
      terminal.print('Everything is forgotten.');
    });
  program
    .command('logs')
    .description('show what a server says')
    .argument('[service]', 'postgres, temporal, sandbox, worker or gateway', 'worker')
    .option('-f, --follow', 'go on as it is written')
    .option('-n, --lines <count>', 'lines to begin with', '50')
    .action((service: string, { follow, lines }: { follow?: true; lines: string }) =>
      showLog(service, { follow: follow === true, lines }),
    );
}

async function showLog(
  service: string,
  { follow, lines }: { readonly follow: boolean; readonly lines: string },
): Promise<void> {
  const logs: Readonly<Record<string, string>> = serviceLogs(signalboxHome());
  const file = logs[service];
  if (file === undefined)
    throw new ExplainedError({
      where: service,
      what: 'there is no such server',
      remedy: `Name one of ${Object.keys(logs).join(', ')}`,
    });
  if (!existsSync(file))
    throw new ExplainedError({
      where: file,
      what: `${service} has said nothing yet`,
      remedy: 'Start it with `signalbox up`',
    });
  const tail = spawn('tail', ['-n', lines, ...(follow ? ['-f'] : []), file], { stdio: 'inherit' });
  await new Promise((resolve) => tail.once('close', resolve));
}
