import type { ReleaseFacts } from '../../domain/texts/release-facts';
import {
  ANNOUNCEMENT_FILE,
  advisoryFiles,
  announcementFiles,
  type TextFile,
} from '../../domain/texts/text-files';
import { effectKey } from '../../domain/version/naming';
import { compareNumbers } from '../../domain/version/number';
import type { ReleaseEffects, TextStep } from '../effects';
import { leadProject, type Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { callingWorkflow } from '../records/calling-workflow';
import { numbersOf, settledFiles } from './settle-texts';
import { noteOnIssue, TEXTS_PACKAGE, uploadFiles } from './texts-package';

/** Announcement, table of fixes and upgrade notes; the announcement also as a note on the release issue. */
export async function announceRelease(
  outside: Outside,
  step: TextStep,
): ReturnType<ReleaseEffects['announceRelease']> {
  const name = 'announcement';
  const files = await settledFiles(outside, { step, name, render: announcementFiles });
  await uploadFiles(outside, { step, version: newestOf(step), files });
  const text = files.find(({ file }) => file === ANNOUNCEMENT_FILE)?.text ?? '';
  await noteOnIssue(outside, { step, name, text });
  return record(outside, { step, name, url: addressOf(outside, step, ANNOUNCEMENT_FILE) });
}

export async function publishAdvisory(
  outside: Outside,
  step: TextStep,
): ReturnType<ReleaseEffects['publishAdvisory']> {
  const name = 'advisory';
  const announcement = addressOf(outside, step, ANNOUNCEMENT_FILE);
  const render = (facts: ReleaseFacts): readonly TextFile[] => advisoryFiles(facts, announcement);
  const files = await settledFiles(outside, { step, name, render });
  await uploadFiles(outside, { step, version: newestOf(step), files });
  return record(outside, { step, name, url: addressOf(outside, step, files[0]?.file ?? '') });
}

function newestOf({ versions }: TextStep): string {
  return (
    versions
      .map(({ version }) => version)
      .toSorted(compareNumbers)
      .at(-1) ?? ''
  );
}

function addressOf({ gitlab }: Outside, step: TextStep, file: string): string {
  const { canonical } = leadProject(step.settings).repositories;
  return `${gitlab.url}/api/v4/projects/${encodeURIComponent(canonical)}/packages/generic/${TEXTS_PACKAGE}/${newestOf(step)}/${file}`;
}

function record(
  outside: Outside,
  { step, name, url }: { readonly step: TextStep; readonly name: string; readonly url: string },
) {
  const { release, transitions } = step;
  const target = numbersOf(step);
  return askRecords(() =>
    outside.records.effects.record({
      release,
      workflowId: callingWorkflow(release),
      key: effectKey({ release, step: name, target }),
      step: name,
      target,
      transitions: transitions ?? [],
      result: { url },
    }),
  );
}
