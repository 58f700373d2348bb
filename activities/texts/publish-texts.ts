import { advisory, advisoryFile } from '../../domain/texts/advisory';
import { announcementText } from '../../domain/texts/announcement';
import { fixTable } from '../../domain/texts/fix-table';
import type { ReleaseFacts } from '../../domain/texts/release-facts';
import { upgradeNotesText } from '../../domain/texts/upgrade-notes';
import { effectKey } from '../../domain/version/naming';
import type { Project } from '../../domain/project';
import { clearText } from '../clear-text';
import type { ReleaseEffects, TextStep } from '../effects';
import { noteOnce } from '../gitlab/keyed-notes';
import { leadProject, type Outside } from '../outside';
import { uploadOnce } from '../packages/upload-once';
import { callingWorkflow } from '../records/calling-workflow';
import { readReleaseFacts } from './read-release-facts';

/** Name of the generic package that the texts of a release are files of, on the canonical repository of the lead project. */
export const TEXTS_PACKAGE = 'release-notes';

export interface TextFile {
  readonly file: string;
  readonly text: string;
}

/** Announcement, table of fixes and upgrade notes; the announcement also as a note on the release issue. */
export async function announceRelease(
  outside: Outside,
  step: TextStep,
): ReturnType<ReleaseEffects['announceRelease']> {
  const facts = await readReleaseFacts(outside, step);
  const announcement = announcementText(facts);
  const files: readonly TextFile[] = [
    { file: 'announcement.md', text: announcement },
    { file: 'fixes.json', text: jsonText(fixTable(facts)) },
    { file: 'upgrade-notes.md', text: upgradeNotesText(facts) },
  ];
  await publishFiles(outside, { step, version: newestOf(facts), files });
  await noteOnIssue(outside, { step, name: 'announcement', text: announcement });
  return record(outside, {
    step,
    name: 'announcement',
    url: addressOf(outside, step, facts, 'announcement.md'),
  });
}

/** In the form of the Common Security Advisory Framework. */
export async function publishAdvisory(
  outside: Outside,
  step: TextStep,
): ReturnType<ReleaseEffects['publishAdvisory']> {
  const facts = await readReleaseFacts(outside, step);
  const document = advisory(facts, addressOf(outside, step, facts, 'announcement.md'));
  const file = advisoryFile(facts);
  await publishFiles(outside, {
    step,
    version: newestOf(facts),
    files: [{ file, text: jsonText(document) }],
  });
  return record(outside, { step, name: 'advisory', url: addressOf(outside, step, facts, file) });
}

function newestOf({ versions }: ReleaseFacts): string {
  return versions[0]?.version ?? '';
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function addressOf({ gitlab }: Outside, { settings }: TextStep, facts: ReleaseFacts, file: string): string {
  const { canonical } = leadProject(settings).repositories;
  return `${gitlab.url}/api/v4/projects/${encodeURIComponent(canonical)}/packages/generic/${TEXTS_PACKAGE}/${newestOf(facts)}/${file}`;
}

type Publisher = Pick<TextStep, 'release' | 'settings'>;

/** Puts texts into the public package registry, each through the gate. */
export async function publishFiles(
  outside: Outside,
  {
    step: { release, settings },
    version,
    files,
  }: { readonly step: Publisher; readonly version: string; readonly files: readonly TextFile[] },
): Promise<void> {
  const project = leadProject(settings);
  for (const { file, text } of files)
    await clearText(outside, { release, project, name: `${file} of ${release}`, text });
  const at = { project: project.repositories.canonical, name: TEXTS_PACKAGE, version };
  const contents = files.map(({ file, text }) => ({ file, content: Buffer.from(text) }));
  await uploadOnce(outside, at, contents);
}

/** A note on the issue of the release, where it has one. */
export async function noteOnIssue(
  outside: Outside,
  { step, name, text }: { readonly step: Publisher; readonly name: string; readonly text: string },
): Promise<void> {
  const { release, settings } = step;
  const project = leadProject(settings);
  const issue = await issueOf(outside, release, project);
  if (issue === undefined) return;
  await clearText(outside, { release, project, name: `note on the issue of ${release}`, text });
  const key = effectKey({ release, step: 'note', target: name });
  await noteOnce(outside, {
    at: { project: project.repositories.canonical, on: 'issue', iid: issue },
    key,
    text,
  });
}

async function issueOf({ records }: Outside, release: string, project: Project): Promise<number | undefined> {
  const key = effectKey({ release, step: 'issue', target: project.repositories.canonical });
  return (await records.effects.find<{ readonly issue: number }>(key))?.issue;
}

function record(
  outside: Outside,
  { step, name, url }: { readonly step: TextStep; readonly name: string; readonly url: string },
) {
  const { release, transitions } = step;
  const target = step.versions.map(({ version }) => version).join('+');
  return outside.records.effects.record({
    release,
    workflowId: callingWorkflow(release),
    key: effectKey({ release, step: name, target }),
    step: name,
    target,
    transitions: transitions ?? [],
    result: { url },
  });
}
