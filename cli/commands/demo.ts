import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { ExplainedError } from '../../domain/explained-error';
import { stopServices, type House } from '../../services/house';
import { checkoutFolder, signalboxHome } from '../../services/home';
import { connectGateway } from '../gateway-client';
import { renderBoard } from '../demo/board';
import { gatewayHouse } from '../demo/gateway-house';
import { tellStory, type DemoHouse, type Told } from '../demo/story';
import { ensureHouse, links } from '../house';
import type { Terminal } from '../terminal';

interface DemoOptions {
  readonly exit?: true;
  readonly json?: true;
  readonly verify?: true;
}

/** A monthly and a patch release at the same time, from nothing. */
export function demoCommand(program: Command, terminal: Terminal): void {
  program
    .command('demo')
    .description(
      'see a monthly and a patch release of three minors run at the same time, in about two minutes',
    )
    .option('--exit', 'stop all servers at the end')
    .option('--verify', 'check what was made with git, tar and sha256sum alone')
    .option('--json', 'end with one line of JSON about what was made')
    .addHelpText('after', '\nWhatever is killed meanwhile: the same command goes on where it stopped.')
    .action((options: DemoOptions) => runDemo(terminal, options));
}

async function runDemo(terminal: Terminal, options: DemoOptions): Promise<void> {
  const house = await ensureHouse(terminal);
  for (const [name, url] of links(house)) terminal.progress(`  ${name.padEnd(9)} ${url}`);
  const began = performance.now();
  const told = await tellStory({
    house: patient(gatewayHouse(house, connectGateway()), terminal),
    show: (releases) => {
      const elapsedSeconds = (performance.now() - began) / 1000;
      const ids = releases.map(({ id }) => id).join(' and ');
      terminal.redraw([
        ...renderBoard({ releases, elapsedSeconds, paint: terminal.paint }),
        '',
        terminal.paint.dim(ids),
      ]);
    },
    wait: (milliseconds) => pause(milliseconds),
  });
  const verified = options.verify === true ? await verify(house, terminal) : undefined;
  summarise(terminal, { told, house, options, verified });
  if (options.exit === true) await stopServices(signalboxHome(), terminal.progress);
  if (verified === false) process.exitCode = 1;
}

const PATIENCE_MS = 60_000;

/** A server that is away for a moment does not end the story. Started again by the same command, or by a person. */
function patient(house: DemoHouse, terminal: Terminal): DemoHouse {
  async function ask<T>(work: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ExplainedError) || performance.now() > deadline) throw error;
        terminal.progress(`Waiting: ${error.message}`);
        await ensureHouse(terminal).catch(() => undefined);
        await pause(1_000);
      }
    }
  }
  return {
    ...house,
    status: (id) => ask(() => house.status(id)),
    artifacts: (id) => ask(() => house.artifacts(id)),
  };
}

/** The checker shares no code with us: it is a program of its own. */
async function verify({ gitlabUrl, secrets }: House, terminal: Terminal): Promise<boolean> {
  terminal.progress('Checking tags, branches, version files and packages with git, tar and sha256sum');
  const bin = join(checkoutFolder(), 'bin');
  const args = [
    '--gitlab',
    gitlabUrl,
    '--token-file',
    secrets.gitlabToken,
    '--expect',
    join(bin, 'demo-expectation.json'),
  ];
  const checker = spawn(join(bin, 'verify-release'), args, { stdio: ['ignore', 2, 2] });
  const [code] = (await once(checker, 'close')) as [number | null];
  return code === 0;
}

interface Summary {
  readonly told: Told;
  readonly house: House;
  readonly options: DemoOptions;
  readonly verified: boolean | undefined;
}

function summarise(terminal: Terminal, { told, house, options, verified }: Summary): void {
  if (options.json === true)
    return terminal.json({ ...told, ...(verified === undefined ? {} : { verified }) });
  terminal.print();
  for (const { id, versions, state, tags, packages } of told.releases) {
    const count = Object.values(tags).reduce((sum, names) => sum + Object.keys(names).length, 0);
    terminal.print(
      `${terminal.paint.bold(id)}  ${state}: ${versions.join(', ')}; ${count} tags, ${packages.length} packages`,
    );
  }
  terminal.print(`Both were under way together for ${told.overlapSeconds} s.`);
  if (options.exit === true) return;
  terminal.print();
  for (const [name, url] of links(house)) terminal.print(`  ${name.padEnd(9)} ${url}`);
  terminal.print(
    'Look around; `signalbox down` stops the servers, `signalbox reset --yes` forgets the story.',
  );
}
