import { patchTitle } from '../../domain/release/release-title';
import type { ReleaseSettings } from '../../domain/release/release';
import { effectKey } from '../../domain/version/naming';
import { minorOf } from '../../domain/version/number';
import {
  TELL_WITHDRAWAL,
  WITHDRAWN_FILE,
  closedOnApproval,
  withBanner,
  withdrawalOf,
  withdrawalSentence,
  withdrawalToldKey,
  type Withdrawal,
} from '../../domain/version/withdrawal';
import { clearText } from '../clear-text';
import type { ReleaseEffects } from '../effects';
import { leadProject, projectNamed, type Outside } from '../outside';
import { uploadOnce } from '../packages/upload-once';
import { askRecords } from '../records/ask-records';
import { callingWorkflow } from '../records/calling-workflow';
import { publicationStep } from '../records/publication-step';
import { noteOnIssue } from './texts-package';

type Input = Parameters<ReleaseEffects['withdrawPublished']>[0];

export async function withdrawPublished(
  outside: Outside,
  input: Input,
): ReturnType<ReleaseEffects['withdrawPublished']> {
  const { settings, release, version, reason } = input;
  await clearText(outside, {
    release,
    project: leadProject(settings),
    name: `reason to withdraw ${version}`,
    text: reason,
  });
  const { publication, versions } = outside.records;
  const step = { ...publicationStep(input, [version]), reason };
  const at = await askRecords(() => publication.markWithdrawn(step));
  const marked = await askRecords(() => versions.find({ number: version }));
  return { at, reason: marked?.reason ?? reason, successor: await recordSuccessor(outside, input) };
}

async function recordSuccessor(
  { records: { releases } }: Outside,
  { successorSettings, version, by }: Input,
) {
  const requestKey = withdrawalOf(version);
  const serial = await askRecords(() => releases.nextSerial({ kind: 'patch', requestKey }));
  const id = `patch:${serial}`;
  const title = patchTitle(id, [minorOf(version)]);
  const opened = await askRecords(() =>
    releases.open({
      id,
      kind: 'patch',
      title,
      requestKey,
      settings: closedOnApproval(successorSettings),
      startedBy: by,
    }),
  );
  return { id, title, settings: opened.settings, startedBy: opened.startedBy };
}

/** Each place once, and nothing of the version is deleted: who has it must be able to see what became of it. */
export async function tellWithdrawal(
  outside: Outside,
  input: Parameters<ReleaseEffects['tellWithdrawal']>[0],
): ReturnType<ReleaseEffects['tellWithdrawal']> {
  const { release, settings, version } = input;
  const withdrawal: Withdrawal = input;
  const text = withdrawalSentence(withdrawal);
  await clearText(outside, {
    release,
    project: leadProject(settings),
    name: `withdrawal of ${version}`,
    text,
  });
  const { tags, packages } = await outside.records.artifacts.ofRelease(release);
  const isOut = (row: { readonly productVersion: string; readonly state: string }): boolean =>
    row.productVersion === version && row.state === 'public';
  for (const { project, name: tag } of tags.filter(isOut))
    await markPage(outside, { repository: repositoryOf(settings, project), tag, withdrawal });
  const content = Buffer.from(`# ${version} is withdrawn\n\n${text}\n`);
  for (const { project, name, version: number } of packages.filter(isOut)) {
    const at = { project: repositoryOf(settings, project), name, version: number };
    await uploadOnce(outside, at, [{ file: WITHDRAWN_FILE, content }]);
  }
  await noteOnIssue(outside, {
    step: input,
    name: effectKey({ release: 'withdrawn', step: 'version', target: version }),
    text: `**${version} is withdrawn.** ${text}`,
  });
  return recordTold(outside, input);
}

function recordTold(
  { records }: Outside,
  { release, version, transitions = [] }: Parameters<ReleaseEffects['tellWithdrawal']>[0],
): ReturnType<ReleaseEffects['tellWithdrawal']> {
  const told = {
    key: withdrawalToldKey({ release, version }),
    release,
    workflowId: callingWorkflow(release),
    step: TELL_WITHDRAWAL,
    target: version,
    result: {},
    transitions,
  };
  return askRecords(() => records.effects.record(told));
}

function repositoryOf(settings: ReleaseSettings, project: string): string {
  return projectNamed(settings, project).repositories.canonical;
}

async function markPage(
  { gitlab }: Outside,
  {
    repository,
    tag,
    withdrawal,
  }: { readonly repository: string; readonly tag: string; readonly withdrawal: Withdrawal },
): Promise<void> {
  const text = await gitlab.releaseText({ project: repository, tag });
  if (text === undefined) return;
  const marked = withBanner(text, withdrawal);
  if (marked !== text) await gitlab.setReleaseText({ project: repository, tag, text: marked });
}
