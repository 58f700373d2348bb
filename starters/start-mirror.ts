import {
  WorkflowExecutionAlreadyStartedError,
  type Client,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { SignalboxKind, SignalboxState } from '../engine/search-attributes';
import { RELEASES } from '../engine/task-queues';
import type { MirrorSettings } from '../domain/mirror/mirror-status';
import { pushed, type MirrorInput } from '../workflows/mirror.messages';
import { askEngine } from './ask-engine';
import { runningWith, settingsMemo } from './running-settings';

const START_WITHIN_MS = 10_000;
/** A webhook is answered within ten seconds, or GitLab takes it for failed. */
const SIGNAL_WITHIN_MS = 5_000;

export type MirrorStart = 'found' | 'started' | 'renewed';

/** `mirror:gitlab` */
export function mirrorId(project: string): string {
  return `mirror:${project}`;
}

/**
 * Starts the mirror of a project, or finds it. One that runs with other settings is ended and started anew: all that it knows
 * is in the records, and nobody can give it a gateway's key by a message.
 * @throws EngineUnavailable
 */
export async function startMirror(client: Client, settings: MirrorSettings): Promise<MirrorStart> {
  const id = mirrorId(settings.project.name);
  const running = await runningWith(client, { id, settings, withinMs: START_WITHIN_MS });
  if (running === 'these') return 'found';
  const conflict = running === undefined ? 'USE_EXISTING' : 'TERMINATE_EXISTING';
  try {
    await askEngine({ client, withinMs: START_WITHIN_MS }, () =>
      client.workflow.start('mirror', { ...startOptions(settings), workflowIdConflictPolicy: conflict }),
    );
  } catch (error) {
    // Another gateway was quicker.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return running === undefined ? 'started' : 'renewed';
}

/** Tells a mirror that something was pushed, and starts it where it does not run. @throws EngineUnavailable */
export async function tellPushed(
  client: Client,
  { settings, ref }: { readonly settings: MirrorSettings; readonly ref: string },
): Promise<void> {
  await askEngine({ client, withinMs: SIGNAL_WITHIN_MS }, () =>
    client.workflow.signalWithStart('mirror', {
      ...startOptions(settings),
      signal: pushed,
      signalArgs: [{ ref }],
    }),
  );
}

/**
 * Ends the mirrors of projects that are no longer configured, by the engine's index; what that does not know yet is ended at
 * the next start.
 * @returns their ids
 */
export async function endOtherMirrors(
  client: Client,
  mirrors: readonly MirrorSettings[],
): Promise<readonly string[]> {
  const wanted = new Set(mirrors.map(({ project }) => mirrorId(project.name)));
  const ended: string[] = [];
  const query = `${SignalboxKind.name} = 'mirror' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    if (wanted.has(workflowId)) continue;
    await client.workflow.getHandle(workflowId).terminate('Its project is no longer configured.');
    ended.push(workflowId);
  }
  return ended;
}

function startOptions(settings: MirrorSettings): WorkflowStartOptions & { readonly args: [MirrorInput] } {
  const { name, repositories } = settings.project;
  return {
    workflowId: mirrorId(name),
    taskQueue: RELEASES,
    args: [{ settings }],
    memo: settingsMemo(settings),
    typedSearchAttributes: [
      { key: SignalboxKind, value: 'mirror' },
      { key: SignalboxState, value: 'unknown' },
    ],
    staticSummary: `Mirror of ${name}`,
    staticDetails: [
      `Keeps the default branch, stable branches and published tags of **${name}** the same everywhere.`,
      '',
      `- canonical: ${repositories.canonical}`,
      `- security: ${repositories.security}`,
      `- build: ${repositories.build}`,
    ].join('\n'),
  };
}
