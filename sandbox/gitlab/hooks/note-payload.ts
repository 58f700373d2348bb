import type { Note, Project } from '../entities';
import type { HookCall } from '../happenings';
import type { Instance } from '../instance';
import { hookProject, hookUser } from './payload-parts';

/** Notes that not everybody may see go to subscribers of confidential notes alone. */
export function notePayload(
  instance: Instance,
  {
    project,
    note,
    isConfidential,
  }: { readonly project: Project; readonly note: Note; readonly isConfidential: boolean },
): HookCall {
  const body = {
    object_kind: 'note',
    event_type: isConfidential ? 'confidential_note' : 'note',
    user: hookUser(instance, note.author_id),
    project_id: project.id,
    project: hookProject(instance, project),
    object_attributes: {
      id: note.id,
      internal: note.internal,
      note: note.body,
      noteable_type: note.noteable_type,
      author_id: note.author_id,
      project_id: project.id,
      created_at: note.created_at,
      updated_at: note.updated_at,
      action: note.created_at === note.updated_at ? 'create' : 'update',
    },
  };
  return isConfidential
    ? { event: 'Confidential Note Hook', trigger: 'confidential_note_events', body }
    : { event: 'Note Hook', trigger: 'note_events', body };
}
