import type { z } from 'zod';
import { fieldAt, keysAt, valueAt } from './fields';
import { suggestion } from './nearest';
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
    return issue.keys.map((key) => ({
      path: [...path, key],
      atKey: true,
      what: `${pathText([...path, key])} is no known field`,
      remedy: suggestion(key, keysAt(path, raw)),
    }));
  }
  const value = valueAt(raw, path);
  if (value === undefined) return [missing(path, raw)];
  return [{ path, ...(issue.code === 'invalid_key' ? { atKey: true } : {}), ...wrong(issue, path, raw) }];
}

function missing(path: Path, raw: unknown): Finding {
  return { path, what: `${pathText(path)} is missing`, remedy: meaning(path, raw) };
}

function wrong(issue: Issue, path: Path, raw: unknown): Pick<Finding, 'what' | 'remedy'> {
  const value = valueAt(raw, path);
  const known = allowedValues(issue);
  const place = path.length === 0 ? 'The file' : pathText(path);
  return {
    what: `${place} ${complaint(issue, shownValue(path, value))}`,
    remedy: known.length > 0 && typeof value === 'string' ? suggestion(value, known) : meaning(path, raw),
  };
}

function complaint(issue: Issue, shown: string): string {
  const known = allowedValues(issue);
  if (known.length > 0) return `must be one of ${known.join(', ')}, not ${shown}`;
  if (issue.code === 'invalid_type')
    return `must be ${EXPECTED[issue.expected] ?? issue.expected}, not ${shown}`;
  if (issue.code === 'invalid_key') return `is a key that must be ${issue.issues[0]?.message ?? 'a name'}`;
  if (issue.code === 'too_small') return tooSmall(issue, shown);
  if (issue.code === 'too_big') return `must be less than ${issue.maximum}${orEqual(issue)}, not ${shown}`;
  return `must be ${issue.message}, not ${shown}`;
}

function tooSmall(issue: Extract<Issue, { code: 'too_small' }>, shown: string): string {
  if (issue.origin === 'array') return 'is an empty list, and needs at least one entry';
  if (issue.origin === 'string') return 'is empty';
  return `must be more than ${issue.minimum}${orEqual(issue)}, not ${shown}`;
}

function orEqual({ inclusive }: { readonly inclusive?: boolean | undefined }): string {
  return inclusive === true ? ' or equal to it' : '';
}

/** The values that a field is restricted to; empty for any other issue. */
function allowedValues(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code !== 'invalid_union' || !('options' in issue)) return [];
  return Array.isArray(issue.options) ? issue.options.map(String) : [];
}

/** What stands in the file. Below `outside` it may come from the environment, so it is not repeated. */
function shownValue(path: Path, value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping of keys';
  if (path[0] === 'outside') return 'what it is';
  return JSON.stringify(value);
}

function meaning(path: Path, raw: unknown): string {
  const description = fieldAt(path, raw)?.description;
  return description === undefined ? 'See docs/reference/configuration.md.' : `It says: ${description}`;
}
