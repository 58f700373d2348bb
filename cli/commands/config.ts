import type { Command } from 'commander';
import { placeText } from '../../config/problem';
import { checkConfig } from '../../config/read';
import { configPath } from '../house';
import type { Terminal } from '../terminal';

/** Commands about signalbox.yaml. */
export function configCommands(program: Command, terminal: Terminal): void {
  const config = program.command('config').description('look at the configuration');
  config
    .command('check')
    .description('say everything that is wrong with a configuration, each with its place')
    .argument('[file]', 'signalbox.yaml; by default SIGNALBOX_CONFIG, else that of the sandbox')
    .option('--json', 'print JSON')
    .action((file: string | undefined, { json }: { json?: true }) => {
      const path = file ?? configPath();
      const problems = checkConfig({
        path,
        environment: { SIGNALBOX_GITLAB_URL: 'http://127.0.0.1', ...process.env },
      });
      if (json === true) terminal.json({ file: path, problems });
      else if (problems.length === 0) terminal.print(`${path}: ok`);
      for (const problem of json === true ? [] : problems)
        terminal.print(`${placeText(problem)}: ${problem.what}. ${problem.remedy}`);
      if (problems.length > 0) process.exitCode = 1;
    });
}
