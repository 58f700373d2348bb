import type { Client } from '@temporalio/client';

/** Something that a workflow waited for, as its history has it: not what it says of itself. */
export interface Awaited {
  readonly workflow: string;
  readonly what: 'activity' | 'timer' | 'child' | 'signal' | 'update' | 'signal sent';
  /** Type of an activity; id of a workflow; id of who sent a signal; name of an update. */
  readonly of: string;
}

/** Everything that a release and the children of its versions waited for. */
export async function awaitedBy(client: Client, id: string): Promise<readonly Awaited[]> {
  const { events } = await client.workflow.getHandle(id).fetchHistory();
  const own: Awaited[] = [];
  const children: string[] = [];
  const note = (what: Awaited['what'], of: string): void => void own.push({ workflow: id, what, of });
  for (const event of events ?? []) {
    const activity = event.activityTaskScheduledEventAttributes?.activityType?.name;
    if (typeof activity === 'string') note('activity', activity);
    if (event.timerStartedEventAttributes != null) note('timer', '');
    const child = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution?.workflowId;
    if (typeof child === 'string') {
      note('child', child);
      children.push(child);
    }
    const signal = event.workflowExecutionSignaledEventAttributes;
    if (signal != null) note('signal', senderOf(signal));
    const sent = event.signalExternalWorkflowExecutionInitiatedEventAttributes?.workflowExecution?.workflowId;
    if (typeof sent === 'string') note('signal sent', sent);
    const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.name;
    if (typeof update === 'string') note('update', update);
  }
  const below = await Promise.all(children.map((child) => awaitedBy(client, child)));
  return [...own, ...below.flat()];
}

/** The calendar is no workflow; every other signal says which workflow it comes from. */
function senderOf(signal: {
  readonly signalName?: string | null;
  readonly externalWorkflowExecution?: { readonly workflowId?: string | null } | null;
}): string {
  const sender = signal.externalWorkflowExecution?.workflowId;
  if (typeof sender === 'string') return sender;
  return signal.signalName === 'milestoneDue' ? CALENDAR : `nobody known, by ${signal.signalName}`;
}

const CALENDAR = 'the calendar';
/** Effects that look at the world and answer; none of them is of another release. */
const EFFECTS = new Set([
  'surveyLines',
  'chooseCandidate',
  'openReleaseIssue',
  'noteOnReleaseIssue',
  'closeRelease',
  'tagProject',
  'awaitPipeline',
  'makePackages',
  'checkLists',
  'rehearseRelease',
  'claimPublication',
  // What another release has claimed is done here, and not waited for.
  'finishPublications',
  'publishProject',
  'announceRelease',
  'publishAdvisory',
  'markPublished',
  'discloseFixes',
  'withdrawVersions',
  'recordTransitions',
]);

/** What a release waited for that is none of its own: not its children, people, the calendar, timers or effects. */
export function foreignIn(release: string, awaited: readonly Awaited[]): readonly Awaited[] {
  const family = new Set([release, ...awaited.filter(({ what }) => what === 'child').map(({ of }) => of)]);
  return awaited.filter(({ what, of }) => {
    if (what === 'activity') return !EFFECTS.has(of);
    if (what === 'timer' || what === 'update') return false;
    return !family.has(of) && of !== CALENDAR;
  });
}
