import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import { decisionRefusal } from '../domain/release/decision';
import { minorOf } from '../domain/version/number';
import { effect } from './effect-proxies';
import { failureVerdict } from './failure-verdict';
import { refusal } from './refusal';
import type { Decision, DecisionTaken, PatchReleaseInput } from './release.messages';
import { startRelease, type ReleaseStart } from './start-release';
import { withdraw, type WithdrawalInput } from './withdrawal.messages';

/** Nobody decided: whoever started it died in between, and starts it again. */
const DECIDED_WITHIN_MS = 10 * 60_000;
const AGAIN_AFTER_MS = 10 * 60_000;

type Successor = Pick<ReleaseStart, 'id' | 'title' | 'startedAt'> &
  Pick<PatchReleaseInput, 'settings' | 'startedBy'>;

interface Opened {
  readonly successor: string;
  /** What everybody is told; that of whoever came first. */
  readonly reason: string;
  readonly at: string;
}

/**
 * Takes a published version out of use: marks it, starts the patch that follows it, and tells everybody. Nothing is deleted. A
 * cancellation from outside changes nothing: it carries no proof of who asked for it, and half of it would be worse than all.
 */
export async function withdrawal(input: WithdrawalInput): Promise<void> {
  await CancellationScope.nonCancellable(() => withdrawWhole(input));
}

async function withdrawWhole(input: WithdrawalInput): Promise<void> {
  const { settings, version, carrier } = input;
  let decision: Decision | undefined;
  let opened: Opened | undefined;
  let refused: string | undefined;
  setHandler(
    withdraw,
    async (told): Promise<DecisionTaken> => {
      decision ??= told;
      await condition(() => opened !== undefined || refused !== undefined);
      if (opened === undefined) throw ApplicationFailure.nonRetryable(refused ?? '', 'Refused');
      return { sentence: sentenceOf(version, opened.successor) };
    },
    { description: 'Take the version out of use', validator: (told) => refuseUnproven(input, told) },
  );
  await condition(() => decision !== undefined, DECIDED_WITHIN_MS);
  if (decision === undefined) return;
  const step = {
    release: carrier,
    kind: 'patch',
    settings,
    version,
    reason: decision.reason,
    by: decision.by,
  } as const;
  try {
    const { successor, reason, at } = await effect('withdrawPublished', `Mark ${version} as withdrawn`, {
      ...step,
      successorSettings: input.successorSettings ?? settings,
    });
    const { startedBy = decision.by } = successor;
    await startSuccessor(input, { ...successor, startedBy, startedAt: at });
    opened = { successor: successor.id, reason: reason ?? decision.reason, at };
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    refused = failureVerdict(error).sentence;
    await condition(allHandlersFinished);
    throw ApplicationFailure.nonRetryable(refused, 'Refused');
  }
  setCurrentDetails(sentenceOf(version, opened.successor));
  await tellEverybody({ ...step, successor: opened.successor, reason: opened.reason });
  await condition(allHandlersFinished);
}

function sentenceOf(version: string, successor: string): string {
  return `${version} is withdrawn. ${successor} brings its successor: mend its stable branch, then approve ${successor} before closed.`;
}

/** Believes the gateway that there is now: that of when the version came out may be gone, and its key with it. */
function refuseUnproven({ settings, successorSettings }: WithdrawalInput, decision: Decision): void {
  const { workflowId: id } = workflowInfo();
  const { gatewayKeys } = successorSettings ?? settings;
  const decider = { id, gatewayKeys, name: 'this withdrawal', command: '`signalbox release withdraw`' };
  const stands = decisionRefusal({ kind: 'withdraw', decision }, decider);
  if (stands !== undefined) throw refusal(stands);
}

async function startSuccessor(
  { version }: WithdrawalInput,
  { id, title, startedAt, settings, startedBy }: Successor,
): Promise<void> {
  const minors = [minorOf(version)];
  const input = { settings, startedBy, type: 'critical', minors, awaitMilestones: [] } as const;
  await startRelease({ kind: 'patch', id, title, startedAt, input });
}

/** The version is marked by now, so it is told for as long as it takes. */
async function tellEverybody(step: Parameters<typeof tell>[0]): Promise<void> {
  for (;;) {
    try {
      await tell(step);
      return;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      setCurrentDetails(
        `${step.version} is withdrawn, and not told everywhere: ${failureVerdict(error).sentence}`,
      );
      await sleep(AGAIN_AFTER_MS);
    }
  }
}

function tell(step: Parameters<typeof effect<'tellWithdrawal'>>[2]): Promise<unknown> {
  return effect('tellWithdrawal', `Tell that ${step.version} is withdrawn`, step);
}
