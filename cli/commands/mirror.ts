import { randomUUID } from 'node:crypto';
import { Option, type Command } from 'commander';
import { ExplainedError } from '../../domain/explained-error';
import type { MirrorStatus } from '../../domain/mirror/mirror-status';
import { connectGateway, type Gateway } from '../gateway-client';
import { mirrorLines } from '../mirror-text';
import type { Terminal } from '../terminal';

interface Json {
  readonly json?: true;
}

interface Answer {
  readonly accepted: boolean;
  readonly sentence: string;
}

/** Commands about the mirrors of projects. All of them ask the gateway. */
export function mirrorCommands(program: Command, terminal: Terminal): void {
  const mirror = program
    .command('mirror')
    .description('whether canonical, security and build have the same, and what to do where they differ');
  mirror
    .command('status')
    .description('how each mirror stands: what differs, since when, who has to do what')
    .argument('[project]', 'e.g. gitlab; all of them by default')
    .option('--json', 'print JSON')
    .action(async (project: string | undefined, { json }: Json) => {
      const mirrors = await readMirrors(connectGateway(), project);
      if (json === true) return terminal.json({ mirrors });
      for (const line of mirrorLines(mirrors, terminal.paint)) terminal.print(line);
    });
  mirror
    .command('verify')
    .description('look at every mirrored ref now')
    .argument('[project]', 'e.g. gitlab; all of them by default')
    .option('--reason <sentence>', 'why; it is kept with your name', 'Asked for on the command line.')
    .option('--json', 'print JSON')
    .action(async (project: string | undefined, { reason, json }: Json & { reason: string }) => {
      const gateway = connectGateway();
      const names = project === undefined ? await projectsOf(gateway) : [project];
      const looked = await Promise.all(
        names.map(async (name) => ({
          project: name,
          ...(await decide(gateway, name, { kind: 'verify', reason })),
        })),
      );
      if (json === true) return terminal.json({ mirrors: looked });
      for (const { project: name, sentence } of looked) terminal.print(`${name}: ${sentence}`);
    });
  mirror
    .command('resolve')
    .description('decide about a ref that differs')
    .argument('<project>', 'e.g. gitlab')
    .argument('<ref>', 'as `mirror status` names it: refs/heads/master, refs/tags/v18.6.2')
    .addOption(
      new Option('--way <way>', 'follow: security and build get what canonical has; leave: it may differ')
        .choices(['follow', 'leave'])
        .makeOptionMandatory(),
    )
    .requiredOption('--reason <sentence>', 'why; it is kept with your name')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nCommits that security or build would lose are kept there, on a branch mirror-kept/….',
    )
    .action(
      async (project: string, ref: string, { way, reason, json }: Json & { way: string; reason: string }) => {
        const gateway = connectGateway();
        const seen = await objectsOf(gateway, project, ref);
        const answer = await decide(gateway, project, { kind: 'resolve', reason, ref, way, seen });
        if (json === true) return terminal.json(answer);
        terminal.print(answer.sentence);
      },
    );
}

function pathOf(project: string): string {
  return `/api/v1/mirrors/${encodeURIComponent(project)}`;
}

async function readMirrors(gateway: Gateway, project: string | undefined): Promise<readonly MirrorStatus[]> {
  if (project === undefined) return gateway<readonly MirrorStatus[]>('/api/v1/mirrors');
  return [await gateway<MirrorStatus>(pathOf(project))];
}

async function projectsOf(gateway: Gateway): Promise<readonly string[]> {
  return (await readMirrors(gateway, undefined)).map(({ project }) => project);
}

async function decide(gateway: Gateway, project: string, body: object): Promise<Answer> {
  return gateway<Answer>(`${pathOf(project)}/decisions`, {
    method: 'POST',
    idempotencyKey: randomUUID(),
    body,
  });
}

/** What is decided about is what stands there now; the mirror refuses it where that has changed by then. */
async function objectsOf(gateway: Gateway, project: string, ref: string): Promise<object> {
  const { differing } = await gateway<MirrorStatus>(pathOf(project));
  const found = differing.find((one) => one.ref === ref);
  if (found !== undefined) return found.objects;
  const names = differing.map((one) => one.ref).join(', ');
  throw new ExplainedError({
    where: `mirror of ${project}`,
    what: `${ref} does not differ, so there is nothing to decide about it`,
    remedy: names === '' ? 'Nothing differs there' : `What differs is ${names}`,
  });
}
