import { createMirrorEffects } from '../../activities/create-mirror-effects';
import type { RefApart } from '../../domain/mirror/mirror-status';
import type {
  DifferenceDecision,
  MirrorEffects,
  MirrorLook,
  MirrorSubject,
  MirrorSync,
} from '../../activities/mirror-effects';
import type { Side } from '../../activities/git/mirror';
import type { Project as ProjectRow } from '../../sandbox/gitlab/entities';
import { findProject } from '../../sandbox/gitlab/instance';
import { commitFiles, type PlantedCommit } from '../support/gitlab';
import { startOutsideWorld, type OutsideWorld, type TestWorker } from './outside-world';

export const ROSA = { id: 'rosa', roles: ['release-manager'] };
export const SIDES: readonly Side[] = ['canonical', 'security', 'build'];

type Files = Readonly<Record<string, string>>;

/** One project of the seeded product, with the effects of its mirror. */
export interface MirroredProject {
  readonly subject: MirrorSubject;
  readonly effects: MirrorEffects;
  /** One more look, at the refs named or at all. */
  look(...refs: readonly string[]): Promise<MirrorLook>;
  /** A look, and the walk of what it plans. */
  sync(...refs: readonly string[]): Promise<MirrorSync>;
  /** The one ref that differs. */
  difference(ref: string): Promise<RefApart>;
  commit(side: Side, files: Files, planted?: PlantedCommit): Promise<string>;
  /** Sets a ref behind the server's back; removes it without an object. */
  set(side: Side, ref: string, object?: string): Promise<void>;
  /** Objects of a ref on canonical, security and build. */
  objects(ref: string): Promise<readonly (string | undefined)[]>;
  row(side: Side): ProjectRow;
  path(side: Side): string;
  /** Open issues on the security side that have the marker: `reverted`, `forecast`. */
  tasks(marker: string): Promise<readonly TaskIssue[]>;
  anotherWorker(): Promise<MirrorEffects>;
}

export interface TaskIssue {
  readonly iid: number;
  readonly title: string;
  readonly description: string;
  readonly confidential: boolean;
}

export interface MirrorWorld extends OutsideWorld {
  mirrored(project: string): MirroredProject;
}

export async function startMirrorWorld(): Promise<MirrorWorld> {
  const world = await startOutsideWorld();
  return { ...world, mirrored: (project) => mirrored(world, project) };
}

function mirrored(world: OutsideWorld, name: string): MirroredProject {
  const project = world.project(name);
  const line = project.versioning === 'own' ? name : 'product';
  const subject: MirrorSubject = { mirror: `mirror:${name}`, project, line };
  const effects = effectsOf(world);
  const path = (side: Side): string => project.repositories[side];
  let looks = 0;

  async function look(...refs: readonly string[]): Promise<MirrorLook> {
    return effects.lookAtRefs({ ...subject, look: ++looks, ...(refs.length === 0 ? {} : { refs }) });
  }
  function row(side: Side): ProjectRow {
    const found = findProject(world.gitlab.instance, path(side));
    if (found === undefined) throw new Error(`${path(side)} is planted`);
    return found;
  }
  return {
    subject,
    effects,
    look,
    row,
    path,
    sync: async (...refs) => {
      const { apart } = await look(...refs);
      return effects.syncRefs({ ...subject, look: looks, refs: apart });
    },
    difference: async (ref) => {
      const { apart } = await look();
      const found = apart.find((one) => one.ref === ref);
      if (found === undefined) throw new Error(`${ref} does not differ`);
      return found;
    },
    commit: (side, files, planted = {}) =>
      commitFiles(world.gitlab.instance, row(side), files, { branch: 'master', ...planted }),
    set: async (side, ref, object) => {
      const update = object === undefined ? ['update-ref', '-d', ref] : ['update-ref', ref, object];
      await world.repository(path(side)).git(update);
    },
    objects: (ref) => Promise.all(SIDES.map((side) => world.refOf(path(side), ref))),
    tasks: async (marker) => {
      const url = `/projects/${encodeURIComponent(path('security'))}/issues?state=opened`;
      const { body } = await world.gitlab.request<readonly TaskIssue[]>('GET', url);
      return body.filter(({ description }) => description.includes(`signalbox:${marker}/`));
    },
    anotherWorker: async () => effectsOf(await world.anotherWorker()),
  };
}

function effectsOf({ outside }: TestWorker): MirrorEffects {
  return createMirrorEffects(outside);
}

export function decisionOf(reason = 'It was looked at.'): DifferenceDecision {
  return { id: crypto.randomUUID(), by: ROSA, reason };
}
