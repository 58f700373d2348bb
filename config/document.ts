import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml';
import type { Finding, Path } from './problem';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A YAML file that knows where everything stands in it. */
export interface ConfigDocument {
  readonly value: unknown;
  readonly syntax: readonly (Position & Pick<Finding, 'what' | 'remedy'>)[];
  readonly positionOf: (place: { readonly path: Path; readonly atKey?: boolean }) => Position;
}

export function readDocument(text: string): ConfigDocument {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const positionAt = (offset: number): Position => {
    const { line, col } = counter.linePos(offset);
    return { line, column: col };
  };
  const syntax = faultsOf(document).map(({ offset, what }) => ({
    ...positionAt(offset),
    what: `The file is no valid YAML here: ${what}`,
    remedy: 'Mend the YAML; indentation, quotes and colons are the usual causes.',
  }));
  return {
    value: syntax.length === 0 ? document.toJS({ maxAliasCount: -1 }) : undefined,
    syntax,
    positionOf: ({ path, atKey = false }) => positionAt(offsetOf({ document, path, atKey })),
  };
}

interface Fault {
  readonly offset: number;
  readonly what: string;
}

/** After the first fault the parser guesses, so of the others only repeated keys are told. */
function faultsOf(document: Document.Parsed): readonly Fault[] {
  const told = [...document.errors, ...document.warnings].filter(
    ({ code }, index) => index === 0 || code === 'DUPLICATE_KEY',
  );
  if (told.length > 0) return told.map(({ message, pos: [offset] }) => ({ offset, what: lowered(message) }));
  return aliasFaults(document);
}

/** An alias inside of an alias is refused: a few lines of them make a tree that no memory holds. */
function aliasFaults(document: Document.Parsed): readonly Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Alias(_, alias) {
      const target = alias.resolve(document);
      const offset = alias.range?.[0] ?? 0;
      if (target === undefined) faults.push({ offset, what: `nothing is named &${alias.source} before it` });
      else if (holdsAlias(target)) faults.push({ offset, what: `*${alias.source} holds an alias itself` });
    },
  });
  return faults;
}

function holdsAlias(node: Node): boolean {
  let found = false;
  visit(node, {
    Alias() {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

/** Where a path stands, or the nearest place above it that is in the file. */
function offsetOf({
  document,
  path,
  atKey,
}: {
  readonly document: Document;
  readonly path: Path;
  readonly atKey: boolean;
}): number {
  let node = resolved(document, document.contents);
  let offset = startOf(node) ?? 0;
  for (const [index, step] of path.entries()) {
    const pair = isMap(node) ? node.items.find(({ key }) => keyText(key) === step) : undefined;
    const child = isSeq(node) && typeof step === 'number' ? node.items[step] : pair?.value;
    if (pair !== undefined && atKey && index === path.length - 1) return startOf(pair.key) ?? offset;
    const childStart = startOf(child) ?? startOf(pair?.key);
    if (childStart === undefined) return offset;
    offset = childStart;
    node = resolved(document, child);
  }
  return offset;
}

function resolved(document: Document, node: unknown): Node | undefined {
  if (!isNode(node)) return undefined;
  return isAlias(node) ? node.resolve(document) : node;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function keyText(key: unknown): unknown {
  return isScalar(key) ? String(key.value) : undefined;
}

function lowered(message: string): string {
  const [first = ''] = message.split('\n');
  return first.charAt(0).toLowerCase() + first.slice(1).replace(/[.:]$/, '');
}
