import type { Verdict } from '../verdict';

/** Where what was secret is public now, in one repository. */
export interface ExposedObjects {
  readonly project: string;
  /** Path of the canonical repository. */
  readonly repository: string;
  /** Objects that anybody can fetch. */
  readonly objects: readonly string[];
  /** Branches and tags that hold them. */
  readonly refs: readonly string[];
}

/** What one act after a leak has found and done. For the audience of the embargo. */
export interface LeakReport {
  readonly exposed: readonly ExposedObjects[];
  /** Doors that were closed, a sentence each. */
  readonly closed: readonly string[];
  /** What only a person can close, and how. */
  readonly open: readonly string[];
  readonly critical: CriticalPatch;
}

/** The patch with which what is ready goes out. */
export interface CriticalPatch {
  /** Whether it would board now. */
  readonly verdict: Verdict;
  /** Starts it. */
  readonly command: string;
}

export function criticalCommand(minors: readonly string[]): string {
  return `signalbox release start patch ${minors.join(' ')} --type critical`;
}

/** What is left to people: nothing that was public is made a secret again. */
export function openDoors(
  exposed: readonly ExposedObjects[],
  { closedRefs }: { readonly closedRefs: ReadonlySet<string> },
): readonly string[] {
  const told = exposed.flatMap(({ repository, objects, refs }) => {
    if (objects.length === 0) return [];
    const left = refs.filter((ref) => !closedRefs.has(`${repository} ${ref}`));
    return [
      ...left.map(
        (ref) =>
          `${ref} of ${repository} holds it. Leave it: a push is never undone, and moving it draws eyes to it.`,
      ),
      `${repository} gives ${objects.length} objects to whoever names them. An administrator of GitLab prunes what no ref holds; copies stay.`,
    ];
  });
  return [
    ...told,
    'Pages, packages, chats and mails are looked at by nobody here: search them for what has leaked.',
    'Other ways into the canonical repositories: `signalbox doctor`.',
  ];
}
