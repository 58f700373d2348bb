import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { proposeProject } from '../../config/propose';
import { proposeConfiguration } from '../../config/propose-configuration';
import { ExplainedError } from '../../domain/explained-error';
import { ensureHouse } from '../house';
import { askSandbox } from '../sandbox-client';
import type { Terminal } from '../terminal';

/** Commands that only a sandbox knows. */
export function sandboxCommands(program: Command, terminal: Terminal): void {
  const sandbox = program.command('sandbox').description('fill the sandbox GitLab, or let it misbehave');
  sandbox
    .command('seed')
    .description('fill it with a plausible product: five projects, hundreds of merge requests, three minors')
    .action(async () => {
      const { projects } = await askSandbox<{ projects: readonly string[] }>(
        await ensureHouse(terminal),
        '/sandbox/seed',
      );
      for (const project of projects) terminal.print(project);
    });
  sandbox
    .command('import')
    .description('take in any git repository with its branches and tags, and propose a configuration for it')
    .argument('<path>', 'folder of the repository')
    .requiredOption('--as <group/project>', 'its name in the sandbox')
    .option('--config <file>', 'where the proposed configuration is written', 'signalbox.yaml')
    .addHelpText('after', '\nThen: SIGNALBOX_CONFIG=signalbox.yaml signalbox release start patch <minor>')
    .action((path: string, options: { as: string; config: string }) =>
      importRepository(terminal, { ...options, path: resolve(path) }),
    );
  sandbox
    .command('fault')
    .description('let requests go wrong, to see that nothing is lost')
    .argument('<kind>', 'latency, status, timeout, rate-limit, lost-response, drop-webhook or fail-job')
    .argument('[match]', 'regular expression over "METHOD /path", "webhook …" or "job …"', '.')
    .option('--times <count>', 'how often', '1')
    .option('--clear', 'forget all faults first')
    .action(async (kind: string, match: string, { times, clear }: { times: string; clear?: true }) => {
      const house = await ensureHouse(terminal);
      if (clear === true) await askSandbox(house, '/sandbox/faults', { method: 'DELETE' });
      const armed = await askSandbox<readonly unknown[]>(house, '/sandbox/faults', {
        body: { kind, match, times: Number(times) },
      });
      terminal.print(`${armed.length} faults armed`);
    });
}

interface Import {
  readonly path: string;
  readonly as: string;
  readonly config: string;
}

async function importRepository(terminal: Terminal, { path, as, config }: Import): Promise<void> {
  const names = (...args: readonly string[]) => gitLines(path, args);
  const branches = names('for-each-ref', '--format=%(refname:short)', 'refs/heads/');
  const tags = names('for-each-ref', '--format=%(refname:short)', 'refs/tags/');
  const house = await ensureHouse(terminal);
  const { defaultBranch } = await askSandbox<{ defaultBranch: string }>(house, '/sandbox/import', {
    body: { path, as },
  });
  const files = names('ls-tree', '-r', '--name-only', defaultBranch);
  const contentOf = (file: string) =>
    execFileSync('git', ['-C', path, 'show', `${defaultBranch}:${file}`], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
  const proposal = proposeProject({
    name: basename(as),
    path: as,
    branches,
    tags,
    defaultBranch,
    files,
    contentOf,
  });
  writeConfiguration(
    config,
    proposeConfiguration(proposal.project, { gitlabUrl: '${SIGNALBOX_GITLAB_URL}' }),
  );
  terminal.print(
    `Imported ${as} with ${branches.length} branches and ${tags.length} tags; ${config} describes it. Read it, then:`,
  );
  terminal.print(`  export SIGNALBOX_CONFIG=${resolve(config)}`);
  terminal.print('  signalbox up');
  if (proposal.minors.length > 0)
    terminal.print(`  signalbox release start patch ${proposal.minors.toReversed().join(' ')}`);
  terminal.print(`  signalbox release start monthly ${proposal.nextMonthly}`);
}

function gitLines(path: string, args: readonly string[]): readonly string[] {
  try {
    const text = execFileSync('git', ['-C', path, ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return text.split('\n').filter((line) => line !== '');
  } catch {
    throw new ExplainedError({
      where: path,
      what: 'it is no git repository that can be read',
      remedy: 'Name the folder of a repository with at least one commit',
    });
  }
}

/** Never over something that a person has written. */
function writeConfiguration(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch {
    if (readFileSync(file, 'utf8') === text) return;
    throw new ExplainedError({
      where: file,
      what: 'there is another configuration already',
      remedy: 'Name another file with --config',
    });
  }
}
