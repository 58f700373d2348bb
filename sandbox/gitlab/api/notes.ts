import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { maySeeInternal, readProject, writeProject } from '../access';
import type { Note, Project, User } from '../entities';
import { notePayload } from '../hooks/note-payload';
import { instant, type Instance } from '../instance';
import { paginate } from '../pagination';
import { numberIn, queryOf, sent } from '../parameters';
import { notFound } from '../refusal';
import type { Api } from '../server';
import { flag } from './fields';
import { findIssue } from './issues';
import { findMergeRequest } from './merge-request-entity';
import { presentUser } from './projects';

const newNote = z.object({ body: z.string().min(1), internal: flag.default(false) });
const change = z.object({ body: z.string().min(1) });
const KINDS = [
  { folder: 'merge_requests', type: 'MergeRequest' },
  { folder: 'issues', type: 'Issue' },
] as const;

export function noteRoutes({ app, instance }: Api): void {
  for (const { folder, type } of KINDS) {
    const path = `/api/v4/projects/:id/${folder}/:iid/notes`;
    app.get(path, async (request, reply) => {
      const there = noteable(instance, request, type);
      const { sort } = queryOf(request);
      const notes = instance.tables.notes
        .all(there.project.id)
        .filter((note) => isOn(note, there) && (!note.internal || maySeeInternal(there.user)));
      const ordered = sort === 'asc' ? notes : notes.toReversed();
      return paginate(
        ordered.map((note) => presentNote(instance, there, note)),
        { request, reply },
      );
    });
    app.post(path, async (request, reply) => {
      const { user } = writeProject(instance, request);
      const there = noteable(instance, request, type);
      const at = instant();
      const note: Note = {
        ...newNote.parse(sent(request)),
        id: instance.store.next('note'),
        project_id: there.project.id,
        noteable_type: type,
        noteable_iid: there.iid,
        author_id: user.id,
        created_at: at,
        updated_at: at,
      };
      keep(instance, there, note);
      return reply.status(201).send(presentNote(instance, there, note));
    });
    app.get(`${path}/:note`, async (request) => {
      const there = noteable(instance, request, type);
      return presentNote(instance, there, findNote(instance, request, there));
    });
    app.put(`${path}/:note`, async (request) => {
      writeProject(instance, request);
      const there = noteable(instance, request, type);
      const note = findNote(instance, request, there);
      const changed = { ...note, ...change.parse(sent(request)), updated_at: instant() };
      keep(instance, there, changed);
      return presentNote(instance, there, changed);
    });
    app.delete(`${path}/:note`, async (request, reply) => {
      writeProject(instance, request);
      const there = noteable(instance, request, type);
      instance.tables.notes.remove(there.project.id, findNote(instance, request, there).id);
      return reply.status(204).send();
    });
  }
}

interface Noteable {
  readonly project: Project;
  readonly user: User | undefined;
  readonly type: Note['noteable_type'];
  readonly iid: number;
  readonly id: number;
  /** Notes of a confidential issue are as confidential as itself. */
  readonly isConfidential: boolean;
}

function noteable(instance: Instance, request: FastifyRequest, type: Note['noteable_type']): Noteable {
  const { project, user } = readProject(instance, request);
  if (type === 'Issue') {
    const { id, iid, confidential } = findIssue(instance, request).issue;
    return { project, user, type, id, iid, isConfidential: confidential };
  }
  const { id, iid } = findMergeRequest(instance, request).row;
  return { project, user, type, id, iid, isConfidential: false };
}

function isOn(note: Note, { type, iid }: Noteable): boolean {
  return note.noteable_type === type && note.noteable_iid === iid;
}

/** @throws Refusal 404 */
function findNote(instance: Instance, request: FastifyRequest, there: Noteable): Note {
  const note = instance.tables.notes.get(there.project.id, numberIn(request, 'note'));
  if (note === undefined || !isOn(note, there) || (note.internal && !maySeeInternal(there.user)))
    throw notFound('Note');
  return note;
}

function keep(instance: Instance, { project, isConfidential }: Noteable, note: Note): void {
  const payload = notePayload(instance, { project, note, isConfidential: isConfidential || note.internal });
  instance.store.transaction(() => {
    instance.tables.notes.put(project.id, note.id, note);
    instance.happened({ project_id: project.id, kind: 'call', payload });
  });
}

function presentNote(instance: Instance, { id: noteableId }: Noteable, { author_id, ...note }: Note): object {
  return {
    ...note,
    type: null,
    author: presentUser(instance, author_id),
    system: false,
    attachment: null,
    noteable_id: noteableId,
    resolvable: false,
    confidential: note.internal,
  };
}
