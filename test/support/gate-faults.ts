import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A place where the gate looks, and the file as it would be if it did not. */
export interface GateFault {
  /** `activities/git/leak-gate.ts:46 registerTopics` */
  readonly name: string;
  /** From the root of the house. */
  readonly file: string;
  readonly content: string;
}

/** What the gate is made of, and what each would answer if it saw nothing. */
const CALLS: Readonly<Record<string, string>> = {
  clearText: 'undefined',
  enforce: 'undefined',
  registerTopics: 'undefined',
  reportExposed: 'undefined',
  askAboutLookalikes: 'undefined',
  publicCommit: 'tagged.commit',
  misbegottenAmong: '[]',
  misbegottenPicks: '[]',
  withoutKey: '[]',
  changedPaths: '[]',
  namedSecrets: '[]',
  unpublished: '[]',
  refuseOtherCount: 'undefined',
  refusePublic: 'undefined',
  gitlinksIn: '[]',
};

/** Statements by which something found is kept, in the files that look. */
const KEEPING =
  /^\s*(?:\} else )?(?:if \([^\n]*\) )?(?:for \([^\n]*\) (?:if \([^\n]*\) )?)?((?:registered|unknown|named|found|odd|tags)\.(?:push|add|set)\()/gm;
const KEEPERS = [
  'activities/git/measure-push.ts',
  'activities/git/named-secrets.ts',
  'activities/git/peel-refs.ts',
];

/** Every fault, from the code as it stands: a call that is added tomorrow is among them. */
export function gateFaults(root: string): readonly GateFault[] {
  const files = filesBelow(join(root, 'activities')).map((path) => relative(root, path));
  return [
    ...files.flatMap((file) => callFaults(root, file)),
    ...KEEPERS.flatMap((file) => keepingFaults(root, file)),
    ...reasonFaults(root),
    ...ruleFaults(root),
    ...pushFaults(root),
  ];
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

interface Place {
  readonly file: string;
  readonly content: string;
  readonly start: number;
  readonly end: number;
}

function fault(
  { file, content, start, end }: Place,
  by: { readonly instead: string; readonly what: string },
): GateFault {
  const line = content.slice(0, start).split('\n').length;
  return {
    name: `${file}:${line} ${by.what}`,
    file,
    content: content.slice(0, start) + by.instead + content.slice(end),
  };
}

function callFaults(root: string, file: string): readonly GateFault[] {
  const content = readFileSync(join(root, file), 'utf8');
  const found: GateFault[] = [];
  for (const [name, instead] of Object.entries(CALLS)) {
    // publicCommit also keeps what is computed from a secret out of plans; the gate is where a package becomes public.
    if (name === 'publicCommit' && !file.startsWith('activities/packages/')) continue;
    for (const { index } of content.matchAll(new RegExp(`(?<!function )\\b${name}\\(`, 'g'))) {
      const end = closing(content, index + name.length);
      found.push(fault({ file, content, start: index, end }, { instead, what: name }));
    }
  }
  return found;
}

/** Behind the bracket that closes the one at `open`. */
function closing(content: string, open: number): number {
  let depth = 0;
  for (let at = open; at < content.length; at++) {
    if (content[at] === '(') depth += 1;
    if (content[at] === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  throw new Error('a bracket is not closed');
}

function keepingFaults(root: string, file: string): readonly GateFault[] {
  const content = readFileSync(join(root, file), 'utf8');
  return [...content.matchAll(KEEPING)].map((match) => {
    const [whole, call = ''] = match;
    const start = match.index + whole.length - call.length;
    const end = closing(content, match.index + whole.length - 1);
    return fault({ file, content, start, end }, { instead: 'void 0', what: call.slice(0, -1) });
  });
}

/** Each reason to doubt a clone. */
function reasonFaults(root: string): readonly GateFault[] {
  const file = 'activities/git/trusted-git.ts';
  const content = readFileSync(join(root, file), 'utf8');
  return [...content.matchAll(/^ {4}\[(.+), '(.*)'\],$/gm)].map((match) => {
    const [, condition = '', reason = ''] = match;
    const start = match.index + match[0].indexOf(condition);
    return fault({ file, content, start, end: start + condition.length }, { instead: 'false', what: reason });
  });
}

/** Each rule of the judgement. */
function ruleFaults(root: string): readonly GateFault[] {
  const file = 'domain/leak-verdict.ts';
  const content = readFileSync(join(root, file), 'utf8');
  const found: GateFault[] = [];
  for (const name of ['judgePush', 'judgeText', 'namesIn']) {
    const begin = content.indexOf(`export function ${name}(`);
    const body = content.slice(begin, content.indexOf('\n}\n', begin));
    for (const { index } of body.matchAll(/\bif \(/g)) {
      const start = begin + index + 'if '.length;
      const end = closing(content, start);
      // Where nothing is named, looking no further is no rule.
      if (content.slice(start, end) === '(secret.paths.length === 0)') continue;
      found.push(
        fault(
          { file, content, start, end },
          { instead: '(false)', what: `${name} ${content.slice(start, end)}` },
        ),
      );
    }
  }
  return found;
}

/** What binds the push to its judgement, and to the room that it leaves from. */
function pushFaults(root: string): readonly GateFault[] {
  const file = 'activities/git/push-publicly.ts';
  const content = readFileSync(join(root, file), 'utf8');
  const bound = content.indexOf('if ((await outside.records.embargoes.revision())') + 'if '.length;
  const room = content.indexOf('repository: room');
  if (bound < 'if '.length || room < 0) throw new Error(`${file} does not read as it did`);
  return [
    fault(
      { file, content, start: bound, end: closing(content, bound) },
      { instead: '(false)', what: 'the revision' },
    ),
    fault(
      { file, content, start: room, end: room + 'repository: room'.length },
      { instead: 'repository: mirror.directory', what: 'the clean room' },
    ),
  ];
}
