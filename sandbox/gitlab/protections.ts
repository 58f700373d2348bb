import type { Project, Protection, User } from './entities';
import type { Instance } from './instance';

/** GitLab's wildcards: `*` stands for any run of characters. */
export function matchesWildcard(pattern: string, name: string): boolean {
  const source = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`).test(name);
}

export function protectionOf(protections: readonly Protection[], name: string): Protection | undefined {
  return protections.find((protection) => matchesWildcard(protection.name, name));
}

/** Refs as the shell patterns that the guard of a push reads. */
export function guardedRefs(
  instance: Instance,
  { project, user }: { readonly project: Project; readonly user: User },
): { readonly closed: string; readonly guarded: string } {
  const all = [
    ...instance.tables.protectedBranches
      .all(project.id)
      .map((one) => ({ one, ref: `refs/heads/${one.name}` })),
    ...instance.tables.protectedTags.all(project.id).map((one) => ({ one, ref: `refs/tags/${one.name}` })),
  ];
  const closed = all.filter(
    ({ one }) => one.push_access_level === 0 || one.push_access_level > user.access_level,
  );
  return { closed: refsText(closed), guarded: refsText(all) };
}

function refsText(refs: readonly { readonly ref: string }[]): string {
  return refs.map(({ ref }) => ref).join(' ');
}
