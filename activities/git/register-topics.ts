import type { Embargo } from '../../domain/embargo/embargo';
import type { Project } from '../../domain/project';
import { ENGINE } from '../../domain/release/release';
import type { Records } from '../../records/records';
import { FINGERPRINT_MAKING, fingerprintsBetween, fingerprintsOf, forkPoint } from './fingerprints';
import { freshObjects } from './fresh-objects';
import type { PublicStore } from './public-store';
import type { TopicBranch } from './topic-branches';

export interface TopicsAt {
  readonly project: Project;
  /** The mirror, with security and canonical as they are now. */
  readonly directory: string;
  readonly store: PublicStore;
  /** Branches of topics on security. */
  readonly topics: readonly TopicBranch[];
  readonly registry: RegistrySeen;
}

/** The registry as it was before security was looked at: what it had by then, and security has not, is gone. */
export interface RegistrySeen {
  readonly revision: number;
  readonly known: readonly Embargo[];
}

export async function seeRegistry({ embargoes }: Pick<Records, 'embargoes'>): Promise<RegistrySeen> {
  const revision = await embargoes.revision();
  return { revision, known: await embargoes.all() };
}

/**
 * Brings the registry level with the topic branches of a project: new heads with all their objects, and branches that are
 * gone. A project with one repository has no side on which a secret could be, so it has no topics.
 * @throws RecordsConflict when somebody who looked at another moment has registered something else meanwhile
 */
export async function registerTopics(
  { embargoes }: Pick<Records, 'embargoes'>,
  { project, directory, store, topics: there, registry: { revision, known } }: TopicsAt,
): Promise<void> {
  if (project.repositories.security === project.repositories.canonical) return;
  const byId = new Map(known.map((embargo) => [embargo.id, embargo] as const));
  for (const branch of there) {
    const embargo = byId.get(branch.embargo);
    if (embargo === undefined) continue;
    const expectedHead = headOf(embargo, { project, line: branch.line }) ?? null;
    if (expectedHead === branch.head) continue;
    await registerTopic({ embargoes }, { project, directory, store, branch, revision, expectedHead });
  }
  for (const { id, topics } of known)
    for (const { project: of, line, head } of topics) {
      if (of !== project.name || there.some((one) => one.embargo === id && one.line === line)) continue;
      await embargoes.removeTopic({
        embargo: id,
        key: `${id}/${of}/${line}/gone/${head}/${revision}`,
        actor: ENGINE,
        reason: 'Its branch is no longer there.',
        project: of,
        line,
        expectedHead: head,
      });
    }
}

function headOf(
  { topics }: Embargo,
  { project, line }: { readonly project: Project; readonly line: string },
): string | undefined {
  return topics.find((one) => one.project === project.name && one.line === line)?.head;
}

interface Seen {
  readonly branch: TopicBranch;
  /** Of the registry when it was compared. */
  readonly revision: number;
  /** What the registry had then. */
  readonly expectedHead: string | null;
}

async function registerTopic(
  { embargoes }: Pick<Records, 'embargoes'>,
  { project, directory, store, branch, revision, expectedHead }: Omit<TopicsAt, 'topics' | 'registry'> & Seen,
): Promise<void> {
  const { embargo, line, head } = branch;
  const ids: string[] = [];
  const commits: string[] = [];
  await freshObjects({ directory, from: [head] }, ({ id, isCommit }) => {
    ids.push(id);
    if (isCommit) commits.push(id);
  });
  // What was public before it was registered cannot be a secret.
  const isPublic = await store.has(ids);
  const objects = ids.filter((id) => !isPublic.has(id));
  const since = await forkPoint(directory, head);
  const [own, whole] = await Promise.all([
    fingerprintsOf(directory, commits),
    since === undefined ? undefined : fingerprintsBetween(directory, { since, head }),
  ]);
  if (objects.length === 0) await askAboutEmptyTopic({ embargoes }, { project, branch, revision });
  await embargoes.registerTopic({
    embargo,
    expectedHead,
    // A branch may come back to where it was.
    key: `${embargo}/${project.name}/${line}/${head}/${revision}`,
    actor: ENGINE,
    reason: 'Its branch was pushed.',
    topic: { project: project.name, line, branch: branch.branch, head },
    objects,
    fingerprints: [...own.forward, ...(whole?.forward ?? [])],
    making: FINGERPRINT_MAKING,
  });
}

/** It was made and nothing is on it yet, or somebody was quicker and has made everything public that is. */
async function askAboutEmptyTopic(
  { embargoes }: Pick<Records, 'embargoes'>,
  { project, branch, revision }: Omit<Seen, 'expectedHead'> & Pick<TopicsAt, 'project'>,
): Promise<void> {
  const { embargo, line, head } = branch;
  await embargoes.recordFinding({
    key: `${embargo}/${project.name}/${line}/${head}/empty`,
    kind: 'question',
    embargoes: [embargo],
    project: project.name,
    release: '',
    sentence: `Its topic on ${line} of ${project.name} holds nothing that is not public. Has it leaked, or is it only begun?`,
    evidence: [{ label: 'head', value: head }],
    revision,
  });
}
