import { changelogText } from '../../domain/version/changelog';
import { effectKey } from '../../domain/version/naming';
import type { Inclusion } from '../../records/inclusions';
import { clearText } from '../clear-text';
import type { EffectInput, ReleaseEffects } from '../effects';
import { leadProject, type Outside } from '../outside';
import { callingWorkflow } from '../records/calling-workflow';
import { includedChanges } from '../records/included-changes';
import { awaitPipeline, type PipelineOutcome } from './await-pipeline';
import { chooseCandidate } from './choose-candidate';
import type { NoteAt } from './gitlab';
import { issueOnce } from './keyed-issue';
import { noteOnce } from './keyed-notes';
import { readRemediation } from './read-remediation';
import { orUndefined } from './requester';
import { withdrawVersions } from './withdraw-versions';

export type GitLabEffects = Pick<
  ReleaseEffects,
  | 'chooseCandidate'
  | 'openReleaseIssue'
  | 'noteOnReleaseIssue'
  | 'awaitPipeline'
  | 'announceVersion'
  | 'withdrawVersions'
  | 'readRemediation'
>;

export function createGitLabEffects(outside: Outside): GitLabEffects {
  return {
    chooseCandidate: async (input) => {
      const projects = await chooseCandidate(outside, input);
      return { projects, at: await recordLines(outside, input) };
    },
    openReleaseIssue: (input) => openReleaseIssue(outside, input),
    noteOnReleaseIssue: (input) => noteOnReleaseIssue(outside, input),
    awaitPipeline: (input) => recordedPipeline(outside, input),
    announceVersion: (input) => announceVersion(outside, input),
    withdrawVersions: (input) => withdrawVersions(outside, input),
    readRemediation: async (input) => {
      const verdict = await readRemediation(outside, input);
      return { verdict, at: await recordLines(outside, input) };
    },
  };
}

async function recordedPipeline(
  outside: Outside,
  input: Parameters<ReleaseEffects['awaitPipeline']>[0],
): ReturnType<ReleaseEffects['awaitPipeline']> {
  const step = 'pipeline';
  const target = `${input.project.name}/${input.tag.name}`;
  const key = effectKey({ release: input.release, step, target });
  // What has passed has passed, whatever else runs for the tag later.
  const passed = await outside.records.effects.find<PipelineOutcome>(key);
  const { verdict, url } = passed ?? (await awaitPipeline(outside, input));
  const result = { verdict, ...(url === undefined ? {} : { url }) };
  // A failure is no fact to keep: the same pipeline may pass once a person has it tried again.
  if (verdict.verdict !== 'pass') return { ...result, at: await recordLines(outside, input) };
  return record(outside, { input, step, target, result });
}

interface Recording<T> {
  readonly input: EffectInput;
  readonly step: string;
  readonly target: string;
  readonly result: T & { readonly at?: never };
}

function record<T extends object>(outside: Outside, { input, step, target, result }: Recording<T>) {
  const { release, transitions } = input;
  return outside.records.effects.record<T>({
    release,
    workflowId: callingWorkflow(release),
    key: effectKey({ release, step, target }),
    step,
    target,
    transitions: transitions ?? [],
    result,
  });
}

/** For what is read and not made: the lines alone. */
function recordLines({ records }: Outside, { release, transitions }: EffectInput): Promise<string> {
  return records.transitions.append({
    release,
    workflowId: callingWorkflow(release),
    transitions: transitions ?? [],
  });
}

async function openReleaseIssue(
  outside: Outside,
  input: Parameters<ReleaseEffects['openReleaseIssue']>[0],
): ReturnType<ReleaseEffects['openReleaseIssue']> {
  const { settings, release, title, text } = input;
  const lead = leadProject(settings);
  const project = lead.repositories.canonical;
  await clearText(outside, {
    release,
    project: lead,
    name: `issue of ${release}`,
    text: `${title}\n${text}`,
  });
  const key = effectKey({ release, step: 'issue', target: project });
  const issue = await issueOnce(outside, { project, key, title, text });
  const url = `${outside.gitlab.url}/${project}/-/issues/${issue}`;
  return record(outside, { input, step: 'issue', target: project, result: { issue, url } });
}

async function noteOnReleaseIssue(
  outside: Outside,
  input: Parameters<ReleaseEffects['noteOnReleaseIssue']>[0],
): ReturnType<ReleaseEffects['noteOnReleaseIssue']> {
  const { settings, release, issue, step, text, close } = input;
  const lead = leadProject(settings);
  const project = lead.repositories.canonical;
  await clearText(outside, { release, project: lead, name: `note on the issue of ${release}`, text });
  const key = effectKey({ release, step: 'note', target: step });
  await noteOnce(outside, { at: { project, on: 'issue', iid: issue }, key, text });
  if (close === true) await outside.gitlab.closeIssue({ project, issue });
  return record(outside, { input, step: 'note', target: step, result: {} });
}

type Announcement = Parameters<ReleaseEffects['announceVersion']>[0];

async function announceVersion(
  outside: Outside,
  input: Announcement,
): ReturnType<ReleaseEffects['announceVersion']> {
  const { project, plan, version, tagged } = input;
  const tag = tagged.tags.at(-1)?.name;
  if (tag === undefined) throw new Error(`${project.name} has no tag to announce`);
  const changes = await includedChanges(outside, { version, plan });
  await publishReleasePage(outside, { input, tag, changes });
  const notified = await notifyChanges(outside, { input, tag, changes });
  const target = `${project.name}/${plan.version}`;
  // How many were there to be told is no fact of the version, so it is not recorded.
  return { ...(await record(outside, { input, step: 'announce', target, result: {} })), notified };
}

interface Announcing {
  readonly input: Announcement;
  readonly tag: string;
  readonly changes: readonly Inclusion[];
}

/** The release page of a version, as it will be read. */
export function releasePageOf(
  { gitlab }: Pick<Outside, 'gitlab'>,
  {
    input: { project, plan, built },
    changes,
  }: {
    readonly input: Pick<Announcement, 'project' | 'plan' | 'built'>;
    readonly changes: readonly Inclusion[];
  },
) {
  const repository = project.repositories.canonical;
  const links = (built?.files ?? []).map(({ name, version, file }) => ({
    name: file,
    url: `${gitlab.url}/api/v4/projects/${encodeURIComponent(repository)}/packages/generic/${name}/${version}/${file}`,
  }));
  const name = `${project.name} ${plan.version}`;
  const description = changelogText(changes);
  return { name, description, links, text: [name, description, ...links.map(({ url }) => url)].join('\n') };
}

async function publishReleasePage(outside: Outside, { input, tag, changes }: Announcing): Promise<void> {
  const { gitlab } = outside;
  const { project, release } = input;
  const repository = project.repositories.canonical;
  const { name, description, links, text } = releasePageOf(outside, { input, changes });
  await clearText(outside, { release, project, name: `release page of ${tag}`, text });
  await gitlab.createReleasePage({ project: repository, tag, name, description, links });
}

/** What each merge request of a version is told. */
export function outNote({
  tag,
  page,
  version,
}: {
  readonly tag: string;
  readonly page: string;
  readonly version: string;
}): string {
  return `This change is out with [${tag}](${page}), which is part of ${version}.`;
}

/** @returns how many merge requests are told */
async function notifyChanges(outside: Outside, { input, tag, changes }: Announcing): Promise<number> {
  const { project, version, release } = input;
  const repository = project.repositories.canonical;
  const page = `${outside.gitlab.url}/${repository}/-/releases/${encodeURIComponent(tag)}`;
  let notified = 0;
  for (const { mergeRequest } of changes) {
    const key = effectKey({ release, step: 'notify', target: `${project.name}!${mergeRequest}/${version}` });
    const text = outNote({ tag, page, version });
    const at: NoteAt = { project: repository, on: 'merge_request', iid: mergeRequest };
    await clearText(outside, { release, project, name: `note on !${mergeRequest}`, text });
    // One that is gone, or never came along with its repository, keeps nobody from being told.
    if ((await orUndefined(noteOnce(outside, { at, key, text }))) !== undefined) notified++;
  }
  return notified;
}
