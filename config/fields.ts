import { configurationJsonSchema, type JsonSchema } from './json-schema';
import { entryOf } from './mapping';
import type { Path } from './problem';

let schema: JsonSchema | undefined;

/** The schema of the field at a path, or undefined where there is none. `value` is what the file says, to tell variants apart. */
export function fieldAt(path: Path, value: unknown): JsonSchema | undefined {
  schema ??= configurationJsonSchema();
  let field: JsonSchema | undefined = variantOf(schema, value);
  let current = value;
  for (const step of path) {
    current = entryOf(current, step);
    const child: JsonSchema | undefined = childField(field, step);
    field = child === undefined ? undefined : variantOf(child, current);
  }
  return field;
}

/** Values at a path of parsed YAML, or undefined. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce(entryOf, value);
}

/** Keys that an object at the path may have. */
export function keysAt(path: Path, value: unknown): readonly string[] {
  return Object.keys(fieldAt(path, value)?.properties ?? {});
}

function childField(field: JsonSchema | undefined, step: string | number): JsonSchema | undefined {
  if (field === undefined) return undefined;
  if (typeof step === 'number') return field.items;
  const additional = field.additionalProperties === false ? undefined : field.additionalProperties;
  return field.properties?.[step] ?? additional;
}

/** Of fields that come in variants, the one whose constants the value has. */
function variantOf(field: JsonSchema, value: unknown): JsonSchema {
  const { oneOf } = field;
  if (oneOf === undefined) return field;
  const matching = oneOf.find((variant) =>
    Object.entries(variant.properties ?? {}).every(
      ([key, { const: constant }]) => constant === undefined || constant === entryOf(value, key),
    ),
  );
  return matching ?? oneOf[0] ?? field;
}
