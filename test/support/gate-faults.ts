import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** A place where the gate looks, and the file as it would be if it did not. */
export interface GateFault {
  /** `activities/git/leak-gate.ts:46 registerTopics` */
  readonly name: string;
  /** The same wherever it stands in the file; two may share it. */
  readonly part: string;
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
  compromise: 'undefined',
  askAboutEmptyTopic: 'undefined',
  registerTopic: 'undefined',
  whyNot: 'undefined',
  arePublic: 'true',
  addedLines: 'new Map()',
  elsewhereThan: '[]',
  idsIn: '[]',
  objectsNamed: 'new Map()',
  topicBranches: '[]',
  derivedAmong: '[]',
  derivedObjects: 'new Set()',
  adoptDerived: 'false',
  reasonsToDoubtStore: '[]',
  parentsFirst: '[]',
  treeOf: '[]',
  mergesWithoutOwnChanges: 'new Set(commits)',
};

/** Functions of the gate that are not taken out one by one, and why not. */
const NOT_TAKEN_OUT: Readonly<Record<string, readonly string[]>> = {
  'without it there is nothing to push': [
    'pushPublicly clearPush clearInClone inCleanRoom bring push pushRefs missingOn remoteRefs',
    'refused isPassing projectsOf permanent outsideDown',
  ].flatMap(words),
  'the way to git, to the registry or to what is public: without it nothing passes': [
    'git gitBytes failureOf linesOf trustedGit trustedShell runTrusted trustedText trustedLines readObjects readCommits missingBytes visitAll sizeIn',
    'freshObjects writtenObjects objectIn endsOf globOf registryNow viewOf readSecrets freshPublicStore publicStoreAt initialise',
    'publicAmong headOf forkPoint shareWork begin freshClone levelClone seeRegistry',
  ].flatMap(words),
  'its rules and what it keeps are taken out one by one': [
    'judgePush judgeText namesIn measurePush measureCaught wideNet narrowNet netOf isClear peelRefs reasonsToDoubt standingOf textOf',
  ].flatMap(words),
  'tells beforehand what the gate will say, and lets nothing out': [
    'rehearsePush',
    'rehearseText',
    'isForPeople',
  ],
  'put in words what a rule has found': [
    'ofSecrets ofNames groupedByEmbargo unknown passed denied firstOf findingOf pathsOf',
  ].flatMap(words),
  'has tables and properties of its own in test/domain and test/records': [
    'topicBranchOf topicOfBranch firstAudience mayRead mayShow judgeMove clearedVerdict holdsOne nothingThere',
    'isUndisclosed hasEnded moveOfOthers isOpenToAll isPast awaitsSystems',
    'unknownEmbargo words later isSecret textsDueAt secretObjects digitsOf codesOf secretPaths fingerprintsOf fingerprintsBetween normal digest',
  ].flatMap(words),
};

function words(line: string): readonly string[] {
  return line.split(' ');
}

/** Where the gate is entered: before refs, and before words. */
const ENTRANCES = ['activities/git/push-publicly.ts', 'activities/clear-text.ts'];

/** Functions of the gate, from the code: whatever its entrances import, directly or not, of effects and rules. */
function gateFunctions(root: string): readonly string[] {
  const contents = new Map<string, string>();
  const visit = (file: string): void => {
    if (contents.has(file) || !/^(activities|domain\/embargo)\//.test(file)) return;
    const content = readFileSync(join(root, file), 'utf8');
    contents.set(file, content);
    for (const [, path = ''] of content.matchAll(/^import (?!type)[^;]*? from '(\.[^']+)'/gms))
      visit(`${relative(root, resolve(root, dirname(file), path))}.ts`);
  };
  for (const entrance of ENTRANCES) visit(entrance);
  return [...contents.values()].flatMap((content) =>
    [...content.matchAll(/^(?:export )?(?:async )?function (\w+)/gm)].map(([, name = '']) => name),
  );
}

/** Functions of the gate that nobody has decided about: neither taken out nor said why not. */
export function undecidedParts(root: string): readonly string[] {
  const decided = new Set([...Object.keys(CALLS), ...Object.values(NOT_TAKEN_OUT).flat()]);
  return gateFunctions(root).filter((name) => !decided.has(name) && name !== 'clearText');
}

/** Statements by which something found is kept, in the files that look. */
const KEEPING =
  /^\s*(?:\} else )?(?:if \([^\n]*\) )?(?:for \([^\n]*\) (?:if \([^\n]*\) )?)?((?:registered|unknown|named|found|odd|tags)\.(?:push|add|set)\()/gm;
const KEEPERS = [
  'activities/git/exact-net.ts',
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
    part: `${file} ${by.what}`,
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
  const file = 'domain/embargo/leak-verdict.ts';
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
