import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readProject, writeProject } from '../access';
import type { Note, Project } from '../entities';
import type { HookCall } from '../happenings';
import { hookProject, hookUser } from '../hooks/payloads';
import { instant, type Instance } from '../instance';
import { paginate } from '../pagination';
import { numberIn, queryOf } from '../parameters';
import { notFound } from '../refusal';
import type { Api } from '../server';
import { presentUser } from './projects';

const newNote = z.object({ body: z.string().min(1), internal: z.boolean().default(false) });
const KINDS = [
  { folder: 'merge_requests', type: 'MergeRequest' },
  { folder: 'issues', type: 'Issue' },
] as const;

export function noteRoutes({ app, instance }: Api): void {
  for (const { folder, type } of KINDS) {
    const path = `/api/v4/projects/:id/${folder}/:iid/notes`;
    app.get(path, async (request, reply) => {
      const { project, iid } = noteable(instance, request, type);
      const { sort } = queryOf(request);
      const notes = instance.tables.notes
        .all(project.id)
        .filter((note) => note.noteable_type === type && note.noteable_iid === iid);
      const ordered = sort === 'asc' ? notes : notes.toReversed();
      return paginate(
        ordered.map((note) => presentNote(instance, note)),
        { request, reply },
      );
    });
    app.post(path, async (request, reply) => {
      const { user } = writeProject(instance, request);
      const { project, iid } = noteable(instance, request, type);
      const at = instant();
      const note: Note = {
        ...newNote.parse(request.body),
        id: instance.store.next('note'),
        project_id: project.id,
        noteable_type: type,
        noteable_iid: iid,
        author_id: user.id,
        created_at: at,
        updated_at: at,
      };
      instance.tables.notes.put(project.id, note.id, note);
      instance.happened({ project_id: project.id, kind: 'call', payload: noteCall(instance, project, note) });
      return reply.status(201).send(presentNote(instance, note));
    });
    app.put(`${path}/:note`, async (request) => {
      writeProject(instance, request);
      const { project } = noteable(instance, request, type);
      const note = instance.tables.notes.get(project.id, numberIn(request, 'note'));
      if (note === undefined) throw notFound('Note');
      const { body } = newNote.parse(request.body);
      return presentNote(
        instance,
        instance.tables.notes.put(project.id, note.id, { ...note, body, updated_at: instant() }),
      );
    });
  }
}

function noteable(
  instance: Instance,
  request: FastifyRequest,
  type: Note['noteable_type'],
): { project: Project; iid: number } {
  const { project } = readProject(instance, request);
  const iid = numberIn(request, 'iid');
  const table = type === 'Issue' ? instance.tables.issues : instance.tables.mergeRequests;
  if (table.get(project.id, iid) === undefined) throw notFound(type === 'Issue' ? 'Issue' : 'Merge Request');
  return { project, iid };
}

function presentNote(instance: Instance, { author_id, ...note }: Note): object {
  return {
    ...note,
    author: presentUser(instance, author_id),
    system: false,
    attachment: null,
    resolvable: false,
    confidential: note.internal,
  };
}

function noteCall(instance: Instance, project: Project, note: Note): HookCall {
  const body = {
    object_kind: 'note',
    event_type: 'note',
    user: hookUser(instance, note.author_id),
    project_id: project.id,
    project: hookProject(instance, project),
    object_attributes: {
      id: note.id,
      note: note.body,
      noteable_type: note.noteable_type,
      author_id: note.author_id,
    },
  };
  return { event: 'Note Hook', trigger: 'note_events', body };
}
