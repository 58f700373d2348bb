import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { z } from 'zod';

/** Where other people's descriptions of their systems lie, beside the checkout unless said otherwise. */
export const CONTRACTS =
  process.env['SIGNALBOX_CONTRACTS'] ?? resolve(__dirname, '../../../shared/contracts');

export function hasContracts(): boolean {
  return existsSync(join(CONTRACTS, 'README.md'));
}

const reference = z.object({ $ref: z.string() });
const operation = z.looseObject({
  responses: z.record(z.string(), z.looseObject({ schema: z.looseObject({}).optional() })),
});
const description = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  definitions: z.record(z.string(), z.record(z.string(), z.unknown())),
});

export type JsonType = 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';

/** `Definition.field` and what it really is. */
export type WrongTypes = Readonly<Record<string, JsonType>>;

export interface Contract {
  /** @returns the definition that the successful answer has; undefined where none is declared, null where the route is not */
  answerOf(route: string): { readonly name: string; readonly isArray: boolean } | undefined | null;
  /** What is wrong with a body, by `Definition.field`; nothing said of nulls, which the description does not mark. */
  complaints(name: string, body: unknown): readonly Complaint[];
}

export interface Complaint {
  readonly key: string;
  readonly words: string;
}

/** GitLab's REST description, with what the supplement adds; `wrongTypes` are put right before anything is compared. */
export function readContract(wrongTypes: WrongTypes): Contract {
  const { paths, definitions } = readDescription();
  for (const [key, type] of Object.entries(wrongTypes)) mend(definitions, { key, type });
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false, formats: FORMATS });
  ajv.addSchema({ $id: 'gitlab', definitions: closed(definitions) });
  const operations = new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, value]) => [shapeOf(`${method} ${path}`), value] as const),
    ),
  );
  return {
    answerOf: (route) => {
      const found = operations.get(shapeOf(route));
      return found === undefined ? null : declared(operation.parse(found));
    },
    complaints: (name, body) => {
      const validate = ajv.getSchema(`gitlab#/definitions/${name}`);
      if (validate === undefined) throw new Error(`${name} is not defined`);
      return complaintsOf(definitions, { name, validate, body: withoutNulls(body) });
    },
  };
}

const FORMATS = {
  'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
  date: /^\d{4}-\d\d-\d\d$/,
  int32: true,
  int64: true,
  float: true,
  binary: true,
  byte: true,
} as const;

/** What the reduced description leaves out and is served all the same. */
const LEFT_OUT = /\/projects\/\{id\}\/(deploy_keys|members\/all$)/;

function readDescription(): z.infer<typeof description> {
  const whole = description.parse(withKnownTypes(readYaml('gitlab_openapi_v2.full.yaml')));
  const main = description.parse(withKnownTypes(readYaml('gitlab_openapi_v2.reduced.yaml')));
  const further = Object.entries(whole.paths).filter(([path]) => LEFT_OUT.test(path));
  const more = description.parse(readYaml('gitlab_openapi_supplement.yaml'));
  const paths = Object.entries(more.paths).map(([path, methods]) => {
    const twin = methods['x-same-shape-as'];
    return [path, typeof twin === 'string' ? (more.paths[twin] ?? {}) : methods] as const;
  });
  return {
    paths: { ...Object.fromEntries(further), ...main.paths, ...Object.fromEntries(paths) },
    definitions: { ...whole.definitions, ...main.definitions, ...more.definitions },
  };
}

/** `file`, `text` and `symbol` are types of Grape's; the description uses them beside those of JSON. */
function withKnownTypes(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document), (key, value: unknown) => {
    const isForeign = key === 'type' && typeof value === 'string' && /^(file|text|symbol)$/.test(value);
    return isForeign ? undefined : value;
  });
}

function readYaml(name: string): unknown {
  return parse(readFileSync(join(CONTRACTS, name), 'utf8'));
}

/** `get /projects/{id}` and `GET /projects/:id` alike; Grape's own syntax for optional and greedy parts is read as well. */
function shapeOf(route: string): string {
  return route
    .toLowerCase()
    .replaceAll(/\([^)]*\)/g, '')
    .replaceAll(/\{\w+\}|:\w+|\*\w+/g, '{}');
}

function declared({ responses }: z.infer<typeof operation>): ReturnType<Contract['answerOf']> {
  const schema = Object.entries(responses).find(
    ([status, response]) => status.startsWith('2') && response.schema,
  )?.[1].schema;
  const items = z.object({ type: z.literal('array'), items: reference }).safeParse(schema);
  const one = reference.safeParse(schema);
  const $ref = items.data?.items.$ref ?? one.data?.$ref;
  return $ref === undefined ? undefined : { name: $ref.split('/').at(-1) ?? '', isArray: items.success };
}

type Definitions = Record<string, Record<string, unknown>>;

function mend(
  definitions: Definitions,
  { key, type }: { readonly key: string; readonly type: JsonType },
): void {
  const [name = '', ...path] = key.split('.');
  let place = itemsOf(definitions[name]);
  for (const step of path.slice(0, -1)) place = itemsOf(propertiesOf(place)?.[step]);
  const fields = propertiesOf(place);
  const field = path.at(-1) ?? '';
  if (fields?.[field] === undefined) throw new Error(`${key} is not described`);
  fields[field] = typeOf(type, fields[field]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The very object, so that it can be mended in its place. */
function propertiesOf(schema: unknown): Record<string, unknown> | undefined {
  const fields = isObject(schema) ? schema['properties'] : undefined;
  return isObject(fields) ? fields : undefined;
}

/** A list of what was described as one. */
function typeOf(type: JsonType, old: unknown): object {
  return type === 'array' && reference.safeParse(old).success ? { type, items: old } : { type };
}

/** What a definition does not name, GitLab does not answer. */
function closed(definitions: Definitions): object {
  return Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [
      name,
      'properties' in definition ? { ...definition, additionalProperties: false } : definition,
    ]),
  );
}

interface Checking {
  readonly name: string;
  readonly body: unknown;
  readonly validate: ValidateFunction;
}

function complaintsOf(definitions: Definitions, { name, body, validate }: Checking): readonly Complaint[] {
  if (validate(body)) return [];
  return (validate.errors ?? []).map(({ instancePath, params, message = '' }) => {
    const extra = z.object({ additionalProperty: z.string() }).safeParse(params).data?.additionalProperty;
    const place = extra === undefined ? instancePath : `${instancePath}/${extra}`;
    return {
      key: describedAt(definitions, { name, place }),
      words: extra === undefined ? message : 'is not described',
    };
  });
}

/** `/0/commit/id` of a tag → `Commit.id`: where the description speaks of what stands there. */
function describedAt(
  definitions: Definitions,
  { name, place }: { readonly name: string; readonly place: string },
): string {
  let owner = name;
  let path: readonly string[] = [];
  let schema: unknown = definitions[name];
  for (const step of place.split('/').filter((part) => part !== '' && !/^\d+$/.test(part))) {
    const inner = reference.safeParse(itemsOf(schema)).data?.$ref.split('/').at(-1);
    if (inner !== undefined) [owner, path, schema] = [inner, [], definitions[inner]];
    path = [...path, step];
    schema = propertiesOf(itemsOf(schema))?.[step];
  }
  return [owner, ...path].join('.');
}

function itemsOf(schema: unknown): unknown {
  return z.looseObject({ items: z.unknown() }).safeParse(schema).data?.items ?? schema;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((one) => one !== null).map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== null)
      .map(([name, one]) => [name, withoutNulls(one)]),
  );
}
