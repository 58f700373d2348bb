import type { TextFile } from '../../domain/texts/text-files';
import { effectKey } from '../../domain/version/naming';
import type { Project } from '../../domain/project';
import { clearText } from '../clear-text';
import type { TextStep } from '../effects';
import { noteOnce } from '../gitlab/keyed-notes';
import { leadProject, type Outside } from '../outside';
import { uploadOnce } from '../packages/upload-once';

/** Name of the generic package that the texts of a release are files of, on the canonical repository of the lead project. */
export const TEXTS_PACKAGE = 'release-notes';

type Publisher = Pick<TextStep, 'release' | 'settings'>;

interface Publishing {
  readonly step: Publisher;
  readonly version: string;
  readonly files: readonly TextFile[];
}

/** Puts texts into the public package registry, each through the gate. */
export async function publishFiles(outside: Outside, publishing: Publishing): Promise<void> {
  await clearFiles(outside, publishing);
  await uploadFiles(outside, publishing);
}

/** Each through the gate. */
export async function clearFiles(
  outside: Outside,
  { step: { release, settings }, files }: Omit<Publishing, 'version'>,
): Promise<void> {
  const project = leadProject(settings);
  for (const { file, text } of files)
    await clearText(outside, { release, project, name: `${file} of ${release}`, text });
}

/** What has passed the gate. */
export async function uploadFiles(
  outside: Outside,
  { step: { settings }, version, files }: Publishing,
): Promise<void> {
  const { canonical } = leadProject(settings).repositories;
  const contents = files.map(({ file, text }) => ({ file, content: Buffer.from(text) }));
  await uploadOnce(outside, { project: canonical, name: TEXTS_PACKAGE, version }, contents);
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
