import { mirrorSentence } from '../../domain/mirror/mirror-sentence';
import { changedText, taskText, taskTitle, type TaskContent } from '../../domain/mirror/mirror-task';
import { effectKey } from '../../domain/version/naming';
import { ENGINE } from '../../domain/release/release';
import type { RefApart } from '../../domain/mirror/mirror-status';
import type { MirrorEffects } from '../mirror-effects';
import { prepareConflict, removePrepared } from '../git/prepare-conflict';
import type { Outside } from '../outside';
import { issueOnce } from './keyed-issue';
import { noteOnce } from './keyed-notes';
import { taskAt, taskRepository } from './mirror-task-place';

type Opening = Parameters<MirrorEffects['openMirrorTask']>[0];
type Closing = Parameters<MirrorEffects['closeMirrorTask']>[0];

/** `mirror:gitlab/difference/refs/heads/master/2` */
function keyOf(mirror: string, { ref, difference }: Pick<RefApart, 'ref' | 'difference'>): string {
  return effectKey({ release: mirror, step: 'difference', target: `${ref}/${difference}` });
}

export async function openMirrorTask(
  outside: Outside,
  input: Opening,
): ReturnType<MirrorEffects['openMirrorTask']> {
  const { project, ref } = input;
  const key = keyOf(input.mirror, ref);
  const content = await contentOf(outside, input, key);
  const issue =
    ref.task?.issue ??
    (await issueOnce(outside, {
      project: taskRepository(project),
      key,
      title: taskTitle(content),
      text: taskText(content),
    }));
  if (input.hasChanged) {
    const at = { project: taskRepository(project), on: 'issue', iid: issue } as const;
    const { security = '-', build = '-' } = ref.objects;
    await noteOnce(outside, { at, key: `${key}/${security}+${build}`, text: changedText(content) });
  }
  const told = { project: project.name, ref: ref.ref, difference: ref.difference, task: issue };
  const task = await outside.records.mirroredRefs.openTask({
    ...told,
    key: `task ${ref.difference} opened`,
    actor: ENGINE,
    sentence: ref.sentence,
  });
  return { at: new Date().toISOString(), task: taskAt(outside, { project, issue: task }) };
}

async function contentOf(outside: Outside, input: Opening, key: string): Promise<TaskContent> {
  const { project, ref } = input;
  const { objects, sentence, isClaimed } = ref;
  const mirror = outside.mirrorOf(project);
  const found = await prepareConflict(mirror, { project, key, ref: ref.ref, objects });
  const difference = {
    ref: ref.ref,
    state: ref.state,
    isOnCanonical: objects.canonical !== undefined,
    isClaimed,
  };
  const { name, repositories } = project;
  return { project: name, repositories, difference, sentence, objects, ...found };
}

export async function closeMirrorTask(
  outside: Outside,
  { mirror, project, ref }: Closing,
): ReturnType<MirrorEffects['closeMirrorTask']> {
  const key = keyOf(mirror, ref);
  const repository = taskRepository(project);
  const { issue } = ref.task;
  const sentence = mirrorSentence({ ref: ref.ref, state: ref.state, sides: [] });
  const at = { project: repository, on: 'issue', iid: issue } as const;
  await noteOnce(outside, { at, key: `${key}/closed`, text: sentence });
  await outside.gitlab.closeIssue({ project: repository, issue });
  await removePrepared(outside.mirrorOf(project), { project, ref: ref.ref, key });
  const told = { project: project.name, ref: ref.ref, task: issue, actor: ENGINE, sentence };
  return {
    at: await outside.records.mirroredRefs.closeTask({ ...told, key: `task ${ref.difference} closed` }),
  };
}
