import type { z } from 'zod';
import { fieldAt, keysAt, valueAt } from './fields';
import { nearest, suggestion } from './nearest';
import { pathText, type Finding, type Path } from './problem';

type Issue = z.core.$ZodIssue;

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys',
  record: 'a mapping of keys',
};

/** What an issue of the schema means to the person who wrote the file. `raw` is what the file says. */
export function findingsOf(issue: Issue, raw: unknown): readonly Finding[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey([...path, key], keysAt(path, raw)));
  }
  const value = valueAt(raw, path);
  if (value === undefined) {
    const known = allowedValues(issue);
    const remedy = known.length > 0 ? suggestion('', known) : meaning(path, raw);
    return [{ path, isMissing: true, what: `${pathText(path)} is missing`, remedy }];
  }
  return [{ path, ...(issue.code === 'invalid_key' ? { atKey: true } : {}), ...wrong(issue, path, raw) }];
}

function unknownKey(path: Path, known: readonly string[]): Finding {
  const key = String(path.at(-1));
  const meant = nearest(key, known);
  return {
    path,
    atKey: true,
    ...(meant === undefined ? {} : { meant }),
    what: `${pathText(path)} is no known field`,
    remedy: suggestion(key, known),
  };
}

function wrong(issue: Issue, path: Path, raw: unknown): Pick<Finding, 'what' | 'remedy'> {
  const value = valueAt(raw, path);
  const known = allowedValues(issue);
  const place = path.length === 0 ? 'The file' : pathText(path);
  return {
    what: `${place} ${complaint(issue, shownValue(path, value))}`,
    remedy: known.length > 0 ? suggestion(typeof value === 'string' ? value : '', known) : meaning(path, raw),
  };
}

function complaint(issue: Issue, shown: string | undefined): string {
  const butIs = shown === undefined ? '' : `, not ${shown}`;
  const known = allowedValues(issue);
  if (known.length > 0) return `cannot be ${shown ?? 'that'}`;
  if (issue.code === 'invalid_type') return `must be ${EXPECTED[issue.expected] ?? issue.expected}${butIs}`;
  if (issue.code === 'invalid_key') return `is a key that must be ${issue.issues[0]?.message ?? 'a name'}`;
  if (issue.code === 'too_small')
    return `${tooSmall(issue)}${issue.origin === 'number' || issue.origin === 'int' ? butIs : ''}`;
  if (issue.code === 'too_big')
    return `must be ${issue.inclusive === true ? 'at most' : 'less than'} ${issue.maximum}${butIs}`;
  return `must be ${issue.message}${butIs}`;
}

function tooSmall(issue: Extract<Issue, { code: 'too_small' }>): string {
  if (issue.origin === 'array') return 'is an empty list, and needs at least one entry';
  if (issue.origin === 'string') return 'is empty';
  return `must be ${issue.inclusive === true ? 'at least' : 'more than'} ${issue.minimum}`;
}

/** The values that a field is restricted to; empty for any other issue. */
function allowedValues(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code !== 'invalid_union' || !('options' in issue)) return [];
  return Array.isArray(issue.options) ? issue.options.map(String) : [];
}

/** What stands in the file; undefined below `outside`, where it may come from the environment and be secret. */
function shownValue(path: Path, value: unknown): string | undefined {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping of keys';
  if (path[0] === 'outside') return undefined;
  return JSON.stringify(value);
}

/** What the field is for; for an entry of a list without a word of its own, what the list is for. */
function meaning(path: Path, raw: unknown): string {
  const description = fieldAt(path, raw)?.description ?? fieldAt(path.slice(0, -1), raw)?.description;
  return description === undefined ? 'See docs/reference/configuration.md.' : `It says: ${description}`;
}
