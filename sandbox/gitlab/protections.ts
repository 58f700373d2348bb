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

/** Where several protections match a name, the most permissive one counts. */
export function mayPush(
  protections: readonly Protection[],
  { name, user }: { readonly name: string; readonly user: User },
): boolean {
  const matching = protections.filter((protection) => matchesWildcard(protection.name, name));
  return matching.length === 0 || matching.some((protection) => isOpenTo(protection, user));
}

function isOpenTo({ push_access_level: level }: Protection, user: User): boolean {
  return level > 0 && level <= user.access_level;
}

/** Refs as the shell patterns that the guard of a push reads. */
export function guardedRefs(
  instance: Instance,
  { project, user }: { readonly project: Project; readonly user: User },
): { readonly open: string; readonly guarded: string; readonly forced: string } {
  const { protectedBranches, protectedTags } = instance.tables;
  const all = [
    ...protectedBranches.all(project.id).map((one) => ({ one, ref: `refs/heads/${one.name}` })),
    ...protectedTags.all(project.id).map((one) => ({ one, ref: `refs/tags/${one.name}` })),
  ];
  return {
    open: refsText(all.filter(({ one }) => isOpenTo(one, user))),
    guarded: refsText(all),
    forced: refsText(all.filter(({ one }) => one.allow_force_push === true)),
  };
}

/** No ref has white space in its name, so a pattern that has some matches none. */
function refsText(refs: readonly { readonly ref: string }[]): string {
  return refs
    .map(({ ref }) => ref)
    .filter((ref) => !/\s/.test(ref))
    .join(' ');
}
