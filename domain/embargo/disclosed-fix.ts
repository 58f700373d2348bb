import { awaitsSystems, judgeMove, type Embargo } from './embargo';
import { affectsNow, coverageVerdict, DEFAULT_LINE } from './obligation';
import type { Actor } from '../release/release';

/** A fix as a version was composed with it. */
export interface DisclosedFix {
  readonly version: string;
  readonly project: string;
  readonly minor: string;
  readonly embargo: string;
  /** Commit of its topic. */
  readonly head: string;
}

/** What a version is made of, as far as fixes go. */
interface Composed {
  readonly version: string;
  readonly minor: string;
  readonly projects: readonly {
    readonly project: string;
    readonly disclosed?: { readonly topics: readonly { readonly embargo: string; readonly head: string }[] };
  }[];
}

export function fixesIn(versions: readonly Composed[]): readonly DisclosedFix[] {
  return versions.flatMap(({ version, minor, projects }) =>
    projects.flatMap(({ project, disclosed }) =>
      (disclosed?.topics ?? []).map(({ embargo, head }) => ({ version, project, minor, embargo, head })),
    ),
  );
}

export interface ClaimFacts {
  /** The release that discloses. */
  readonly release: string;
  readonly by: Actor;
  /** The registry as it is now. */
  readonly embargoes: readonly Embargo[];
  /** Minors that owe fixes now: one may have been born, or come out, since the versions were composed. */
  readonly owing: readonly string[];
  /** Those of them that get every fix which is written for them in another way: on a stable branch, or with a version that is still to be made. */
  readonly comes?: readonly string[];
  /** Embargoes whose fix a managed system lacks. */
  readonly absent?: ReadonlySet<string>;
  /** ISO 8601 */
  readonly now: string;
}

/**
 * Versions whose recipe has moved since they were composed: a fix was pulled, reworked, taken from a managed system, or may not be
 * disclosed yet. They are
 * composed again; nothing is waited for.
 */
export function movedVersions(fixes: readonly DisclosedFix[], facts: ClaimFacts): readonly string[] {
  const standing = new Map(facts.embargoes.map((embargo) => [embargo.id, embargo]));
  const moved = fixes.filter(
    (fix) =>
      !stands(fix, { embargo: standing.get(fix.embargo), facts }) ||
      !covers(fixes, { embargo: standing.get(fix.embargo), facts }),
  );
  return [...new Set(moved.map(({ version }) => version))];
}

/** Whether the versions still fix it for everybody it is owed to. */
function covers(
  fixes: readonly DisclosedFix[],
  { embargo, facts: { owing, comes } }: { readonly embargo: Embargo | undefined; readonly facts: ClaimFacts },
): boolean {
  if (embargo === undefined) return false;
  const inVersions = fixes.filter((fix) => fix.embargo === embargo.id).map(({ minor }) => minor);
  const fixed = [...inVersions, ...(comes ?? []).filter((minor) => isWrittenFor(embargo, minor))];
  const affects = affectsNow({ fix: embargo.id, affects: embargo.affects.map(({ line }) => line) }, owing);
  return coverageVerdict({ fix: embargo.id, affects }, { owing, fixed }).verdict === 'pass';
}

/** Whether every project that it changes has a topic for the line. */
export function isWrittenFor({ topics }: Pick<Embargo, 'topics'>, line: string): boolean {
  const projects = new Set(topics.map(({ project }) => project));
  return [...projects].every((project) =>
    topics.some((topic) => topic.project === project && topic.line === line),
  );
}

function stands(
  { project, minor, head }: DisclosedFix,
  { embargo, facts }: { readonly embargo: Embargo | undefined; readonly facts: ClaimFacts },
): boolean {
  if (embargo === undefined) return false;
  const topic = embargo.topics.find((one) => one.project === project && one.line === minor);
  if (topic?.head !== head) return false;
  if (isDisclosedBy(embargo, facts.release)) return true;
  if (facts.absent?.has(embargo.id) === true && awaitsSystems(embargo)) return false;
  const { by, now, release: plan } = facts;
  return judgeMove({ move: 'disclose', embargo, by, now, facts: { plan } }).cleared.verdict === 'pass';
}

/** Whether this very release is disclosing it, or has. */
export function isDisclosedBy({ state, plan }: Pick<Embargo, 'state' | 'plan'>, release: string): boolean {
  return plan === release && (state === 'disclosing' || state === 'disclosed' || state === 'texts_public');
}

/** Lines that a fix still has to come to: the default branch, and minors of which nothing was out when it was claimed. */
export function linesLeft(
  embargo: Pick<Embargo, 'id'>,
  { fixes, owing }: { readonly fixes: readonly DisclosedFix[]; readonly owing: readonly string[] },
): readonly string[] {
  const inVersions = fixes.filter((fix) => fix.embargo === embargo.id).map(({ minor }) => minor);
  return [DEFAULT_LINE, ...owing.filter((minor) => !inVersions.includes(minor))];
}
