import type { Embargo } from '../../domain/embargo/embargo';
import type { Project } from '../../domain/project';
import type { Records } from '../../records/records';
import { findingOf } from '../findings';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import type { TopicBranch } from './topic-branches';

/** A way out of a secret that a machine may close by itself. */
export interface ClosableDoor {
  /** What the audience knows it by. */
  readonly door: string;
  readonly toBe: 'deleted' | 'switched off';
  readonly close: () => Promise<void>;
}

/** Whose answer to a leak it is, and where the doors are. */
interface Answering {
  readonly release: string;
  readonly embargo: string;
  readonly project: Project;
}

const DOOR = 'door';
const TO_BE = 'to be';

/**
 * Each is on record before it is closed: who is interrupted in between and looks again finds nothing left to close. What is
 * on record is therefore what is about to be done, and not that it is.
 */
export async function closeDoors(
  { embargoes }: Pick<Records, 'embargoes'>,
  { of, doors }: { readonly of: Answering; readonly doors: readonly ClosableDoor[] },
): Promise<void> {
  const { release, embargo, project } = of;
  for (const { door, toBe, close } of doors) {
    const revision = await askRecords(() => embargoes.revision());
    const where = project.repositories.canonical;
    const judged = { release, project: project.name, where, content: door, revision };
    const evidence = [
      { label: DOOR, value: door },
      { label: TO_BE, value: toBe },
    ];
    const sentence = 'A door is to be closed after the leak.';
    const found = { kind: 'exposed', embargoes: [embargo], sentence, evidence } as const;
    await askRecords(() => embargoes.recordFinding(findingOf(judged, found)));
    await close();
  }
}

/** What one answer to a leak has closed, in that order, on all its attempts; true once the last of them has closed what it found. */
export async function closedDoors(
  { embargoes }: Pick<Records, 'embargoes'>,
  { release, embargo }: Pick<Answering, 'release' | 'embargo'>,
): Promise<readonly string[]> {
  const found = await askRecords(() => embargoes.findings(embargo));
  return found
    .filter((finding) => finding.release === release)
    .flatMap(({ evidence }) => {
      // Of an answer that an older worker began: the whole sentence.
      const sentence = evidence.find(({ label }) => label === 'closed');
      if (sentence !== undefined) return [sentence.value];
      const door = evidence.find(({ label }) => label === DOOR);
      const toBe = evidence.find(({ label }) => label === TO_BE);
      return door === undefined || toBe === undefined ? [] : [`${door.value} is ${toBe.value}.`];
    });
}

/** A mirror from a private side to canonical would go on copying what is secret. */
export async function mirrorDoors(
  { gitlab }: Pick<Outside, 'gitlab'>,
  { repositories }: Project,
): Promise<readonly ClosableDoor[]> {
  const { canonical, security, build } = repositories;
  const doors: ClosableDoor[] = [];
  for (const repository of new Set([security, build])) {
    if (repository === canonical) continue;
    for (const { id, url } of await gitlab.pushMirrors(repository)) {
      if (!new URL(url).pathname.replace(/\.git$/, '').endsWith(`/${canonical}`)) continue;
      doors.push({
        door: `The push mirror from ${repository} to ${canonical}`,
        toBe: 'switched off',
        close: () => gitlab.stopPushMirror({ project: repository, mirror: id }),
      });
    }
  }
  return doors;
}

interface Leaked {
  readonly embargo: Embargo;
  readonly project: Project;
  /** Branches of topics on canonical. */
  readonly publicTopics: readonly TopicBranch[];
}

/** A topic has no business on canonical, and its very name tells. Its objects stay fetchable. */
export function topicDoors(
  { gitlab }: Pick<Outside, 'gitlab'>,
  { embargo, project, publicTopics }: Leaked,
): readonly (ClosableDoor & { readonly branch: string })[] {
  const { canonical } = project.repositories;
  return publicTopics
    .filter((one) => one.embargo === embargo.id)
    .map(({ branch }) => ({
      branch,
      door: `Branch ${branch} of ${canonical}`,
      toBe: 'deleted' as const,
      close: () => gitlab.deleteBranch({ project: canonical, branch }),
    }));
}
