import { suggestion } from './nearest';
import { pathText, type Finding, type Path } from './problem';

/** What a pattern of a certain use may hold, and what it must. */
interface Use {
  readonly allowed: readonly string[];
  /** One of these groups must be there, all of its members. */
  readonly needed: readonly (readonly string[])[];
  readonly example: string;
}

const NUMBER = [['version'], ['major', 'minor']];

export const FINAL_TAG: Use = {
  allowed: ['version', 'major', 'minor', 'patch'],
  needed: NUMBER,
  example: 'v{version}',
};

export const CANDIDATE_TAG: Use = {
  allowed: ['version', 'major', 'minor', 'patch', 'rc'],
  needed: NUMBER.map((group) => [...group, 'rc']),
  example: 'v{version}-rc{rc}',
};

export const STABLE_BRANCH: Use = {
  allowed: ['major', 'minor'],
  needed: [['major', 'minor']],
  example: '{major}-{minor}-stable',
};

export const VERSION_TEXT: Use = {
  allowed: ['full', 'version', 'major', 'minor', 'patch', 'rc'],
  needed: [['full'], ...NUMBER],
  example: '{full}',
};

export const PIN_TEXT: Use = { allowed: ['version'], needed: [['version']], example: 'v{version}' };

/** What is wrong with the placeholders of a pattern. */
export function placeholderFindings(pattern: string | undefined, path: Path, use: Use): readonly Finding[] {
  if (pattern === undefined) return [];
  const found = [...pattern.matchAll(/\{(\w*)\}/g)].map(([, name = '']) => name);
  const unknown = found.filter((name) => !use.allowed.includes(name));
  if (unknown.length > 0) return unknown.map((name) => unknownPlaceholder({ name, path, use }));
  if (use.needed.some((group) => group.every((name) => found.includes(name)))) return [];
  const groups = use.needed.map((group) => group.map((name) => `{${name}}`).join(' and '));
  return [
    {
      path,
      what: `${pathText(path)} is "${pattern}", the same for every version`,
      remedy: `It must hold ${groups.join(', or ')}, such as ${use.example}.`,
    },
  ];
}

function unknownPlaceholder(wrong: {
  readonly name: string;
  readonly path: Path;
  readonly use: Use;
}): Finding {
  return {
    path: wrong.path,
    what: `${pathText(wrong.path)} has the unknown placeholder {${wrong.name}}`,
    remedy: suggestion(
      `{${wrong.name}}`,
      wrong.use.allowed.map((name) => `{${name}}`),
    ),
  };
}

/** What is wrong with a pattern that finds a version in a file. */
export function fileFindings(pattern: string | undefined, path: Path): readonly Finding[] {
  if (pattern === undefined) return [];
  const groups = groupsOf(pattern);
  if (groups === 1) return [];
  const remedy =
    'Put one pair of brackets around the version: `^version: (.+)$`; write (?:…) for other brackets.';
  if (typeof groups === 'string')
    return [{ path, what: `${pathText(path)} is no regular expression: ${groups}`, remedy }];
  const count = groups === 0 ? 'no group' : `${groups} groups`;
  return [{ path, what: `${pathText(path)} has ${count}, and must have one`, remedy }];
}

/** How many groups a regular expression captures, or why it is none. */
function groupsOf(pattern: string): number | string {
  try {
    return (new RegExp(`${new RegExp(pattern, 'm').source}|`).exec('')?.length ?? 1) - 1;
  } catch (error) {
    return error instanceof Error ? (error.message.split(': ').at(-1) ?? '') : String(error);
  }
}
