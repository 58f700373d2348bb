import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { ShownRehearsal } from '../../domain/release/shown-rehearsal';
import { connectGateway, type Gateway } from '../gateway-client';
import { rehearsalTextLines } from '../rehearsal-text';
import type { Terminal } from '../terminal';

interface Json {
  readonly json?: true;
}

/** `release rehearse`, `rehearsal` and `sign`. All of them ask the gateway. */
export function rehearsalCommands(release: Command, terminal: Terminal): void {
  release
    .command('rehearse')
    .description('compute everything that publication will do, and do none of it')
    .argument('<id>', 'e.g. patch:7')
    .requiredOption('--reason <sentence>', 'why; it is kept with your name, and not shown')
    .option('--json', 'print JSON')
    .action(async (id: string, { reason, json }: Json & { reason: string }) =>
      decide(terminal, { id, json, body: { kind: 'rehearse', reason } }),
    );
  release
    .command('rehearsal')
    .description('each ref old and new, each package and text, and what the gate says; for those who sign it')
    .argument('<id>', 'e.g. patch:7')
    .option('--json', 'print JSON')
    .action(async (id: string, { json }: Json) => {
      const shown = await rehearsalOf(connectGateway(), id);
      if (json === true) return terminal.json(shown);
      for (const line of rehearsalTextLines(shown, terminal.paint)) terminal.print(line);
    });
  release
    .command('sign')
    .description('sign what was rehearsed; it counts for exactly that')
    .argument('<id>', 'e.g. patch:7')
    .requiredOption('--reason <sentence>', 'what you looked at; it is shown with the rehearsal alone')
    .requiredOption('--digest <digest>', 'of what you have seen, as `release rehearsal` tells it')
    .option('--json', 'print JSON')
    .action(async (id: string, { reason, digest, json }: Json & { reason: string; digest: string }) =>
      decide(terminal, { id, json, body: { kind: 'sign', reason, digest } }),
    );
}

function rehearsalOf(gateway: Gateway, id: string): Promise<ShownRehearsal> {
  return gateway<ShownRehearsal>(`/api/v1/releases/${encodeURIComponent(id)}/rehearsal`);
}

interface Deciding {
  readonly id: string;
  readonly json: true | undefined;
  readonly body: object;
}

async function decide(terminal: Terminal, { id, json, body }: Deciding): Promise<void> {
  const path = `/api/v1/releases/${encodeURIComponent(id)}/decisions`;
  const answer = await connectGateway()<{ readonly sentence: string }>(path, {
    method: 'POST',
    idempotencyKey: randomUUID(),
    body,
  });
  if (json === true) return terminal.json(answer);
  terminal.print(answer.sentence);
}
