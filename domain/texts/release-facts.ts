import type { Severity } from '../embargo/embargo';
import type { ChangelogEntry } from '../version/changelog';

/** What a patch release holds, as read from its tags, packages and frozen lists. Every text about it is computed from this. */
export interface ReleaseFacts {
  readonly product: string;
  /** Where the product's repositories are: the namespace of its publisher. */
  readonly url: string;
  /** ISO 8601; when the last of its versions became public. */
  readonly publishedAt: string;
  /** Newest minor first. */
  readonly versions: readonly VersionFacts[];
  readonly security: readonly SecurityFix[];
}

export interface VersionFacts {
  readonly version: string;
  readonly minor: string;
  /** Published versions of the minor that it contains, oldest first. */
  readonly contains: readonly string[];
  /** Security fixes that published versions have and that were reverted before it was cut, by their public names. */
  readonly lacks: readonly string[];
  readonly projects: readonly ProjectFacts[];
}

export interface ProjectFacts {
  readonly project: string;
  /** In the project's own numbering. */
  readonly version: string;
  readonly tag: string;
  /** Its release page. */
  readonly page: string;
  /** What it is compared with; absent for the first version of a line. */
  readonly since?: TreeChange;
  /** Merge requests of the frozen list. */
  readonly changes: readonly ChangelogEntry[];
  readonly packages: readonly PublicPackage[];
}

/** What differs between two tagged trees. */
export interface TreeChange {
  readonly tag: string;
  readonly changedFiles: number;
  /** Paths of migrations that are new. */
  readonly migrations: readonly string[];
}

export interface PublicPackage {
  readonly file: string;
  readonly sha256: string;
  readonly url: string;
}

/** A fix that was under embargo, in what may be public when it is disclosed and not a word more. */
export interface SecurityFix {
  readonly severity: Severity;
  /** Words and number that the embargo names for publication. */
  readonly publicTitle?: string;
  readonly cve?: string;
  /** Versions of the release that have the fix. */
  readonly fixedIn: readonly string[];
  readonly projects: readonly string[];
  /** Published versions that have the hole, oldest first. */
  readonly affected: readonly string[];
  /** Minors that have the hole. */
  readonly minors: readonly string[];
}

/** Everything that migrates a database when the product is upgraded. */
const MIGRATION = /(^|\/)db\/(post_)?migrate\/[^/]+$/;

export function isMigration(path: string): boolean {
  return MIGRATION.test(path);
}

type PublicWords = Pick<SecurityFix, 'severity' | 'publicTitle' | 'cve'>;

/** What a fix is called in public. */
export function publicTitleOf({ severity, publicTitle }: PublicWords): string {
  return publicTitle ?? `Security fix of severity ${severity}`;
}

/** As {@link publicTitleOf}, with the number by which others know it. */
export function publicNameOf(fix: PublicWords): string {
  return fix.cve === undefined ? publicTitleOf(fix) : `${publicTitleOf(fix)} (${fix.cve})`;
}

/** `18.6.3, 18.5.5 and 18.4.7`. */
export function enumerated(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return count === 0 ? `no ${one}` : `${count} ${count === 1 ? one : many}`;
}
