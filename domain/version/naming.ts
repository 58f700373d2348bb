import type { Project, TagRule } from '../project';

/** The numbers a pattern is filled with. */
export interface NumberParts {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** Present for a candidate. */
  readonly rc?: number;
  /** Present for an internal version, which is made after the published one of its numbers. */
  readonly internal?: number;
}

const NUMBER = /^(\d+)\.(\d+)\.(\d+)(?:-(rc|internal)(\d+))?$/;
const LINE = /^(\d+)\.(\d+)$/;
/** No leading zeros: a name that is filled in has none, so one that has them is none of ours. */
const COUNT = '(?:0|[1-9]\\d*)';

/** @throws when the text is neither `18.6.2` nor `18.7.0-rc42` nor `18.6.2-internal0` */
export function partsOf(version: string): NumberParts {
  const [, major, minor, patch, stage, count] = NUMBER.exec(version) ?? [];
  if (major === undefined) throw new Error(`${version} is no version such as 18.6.2 or 18.7.0-rc42`);
  const number = { major: Number(major), minor: Number(minor), patch: Number(patch) };
  if (stage === undefined) return number;
  return stage === 'rc' ? { ...number, rc: Number(count) } : { ...number, internal: Number(count) };
}

/** Of what comes before a version: it is public, and neither announced nor told in changelogs. @throws as {@link partsOf} */
export function isCandidate(version: string): boolean {
  return partsOf(version).rc !== undefined;
}

/** `18.7` → `18.7.0`, so that a line can fill the pattern of a branch. @throws when the text is no minor */
export function firstOf(minor: string): string {
  if (!LINE.test(minor)) throw new Error(`${minor} is no minor such as 18.6`);
  return `${minor}.0`;
}

/** `18.6` of `18.6.2`. */
export function lineOf(version: string): string {
  const { major, minor } = partsOf(version);
  return `${major}.${minor}`;
}

/**
 * Fills `{major}`, `{minor}`, `{patch}`, `{version}` (18.7.0), `{rc}` and `{full}` (18.7.0-rc42). An internal version is no
 * candidate of another one: it is itself what `{version}` says, 18.6.2-internal0.
 */
export function fill(pattern: string, version: string): string {
  const { major, minor, patch, rc, internal } = partsOf(version);
  const values: Readonly<Record<string, string>> = {
    major: String(major),
    minor: String(minor),
    patch: String(patch),
    version: internal === undefined ? `${major}.${minor}.${patch}` : version,
    rc: rc === undefined ? '' : String(rc),
    full: version,
  };
  return pattern.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

export function stableBranchOf(project: Project, version: string): string {
  return fill(project.stableBranch, version);
}

/** The tags of a version in the order they are made; none where candidates are not tagged. */
export function tagRulesOf(
  project: Project,
  version: string,
): readonly { readonly rule: TagRule; readonly name: string }[] {
  return project.tags.flatMap((rule) => {
    const pattern = isCandidate(version) ? rule.candidate : rule.final;
    return pattern === undefined ? [] : [{ rule, name: fill(pattern, version) }];
  });
}

/** The version that a final tag of the project names, or undefined for any other tag. */
export function versionOfTag(project: Project, tag: string): string | undefined {
  for (const { final } of project.tags) {
    const groups = matcherOf(final).exec(tag)?.groups;
    if (groups === undefined) continue;
    return groups['version'] ?? `${groups['major']}.${groups['minor']}.${groups['patch'] ?? '0'}`;
  }
  return undefined;
}

/** A repository has thousands of tags and few patterns, and compiling costs more than matching. */
const matchers = new Map<string, RegExp>();

/** A pattern read backwards. A placeholder that comes twice must say the same twice. */
export function matcherOf(pattern: string): RegExp {
  const known = matchers.get(pattern) ?? compiled(pattern);
  matchers.set(pattern, known);
  return known;
}

function compiled(pattern: string): RegExp {
  const seen = new Set<string>();
  const source = pattern.split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    if (seen.has(name)) return `\\k<${name}>`;
    seen.add(name);
    const parts = name === 'version' ? [COUNT, COUNT, COUNT] : [COUNT];
    return `(?<${name}>${parts.join('\\.')})`;
  });
  return new RegExp(`^${source.join('')}$`);
}

/** The pattern as git and shells have them: it is like all that it may be filled to, and like more. */
export function globOf(pattern: string): string {
  return pattern.replaceAll(/\{\w+\}/g, '*');
}

/** `release/patch-7/18-6`: the branch that a release alone writes to. */
export function releaseBranchOf(release: string, version: string): string {
  const { major, minor, rc } = partsOf(version);
  const candidate = rc === undefined ? '' : `-rc${rc}`;
  return `release/${release.replaceAll(':', '-')}/${major}-${minor}${candidate}`;
}

/** Key of an effect: business identity alone, so that a retry, a reset and an overlapping attempt find the same. */
export function effectKey(effect: {
  readonly release: string;
  readonly step: string;
  readonly target: string;
}): string {
  return `${effect.release}/${effect.step}/${effect.target}`;
}
