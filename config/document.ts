import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
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
  const faults = [...document.errors, ...document.warnings];
  const syntax = faults.map(({ message, pos: [offset] }) => ({
    ...positionAt(offset),
    what: `The file is no valid YAML here: ${lowered(message)}`,
    remedy: 'Mend the YAML; indentation, quotes and colons are the usual causes.',
  }));
  return {
    value: syntax.length === 0 ? document.toJS() : undefined,
    syntax,
    positionOf: ({ path, atKey = false }) => positionAt(offsetOf({ document, path, atKey })),
  };
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
