import { z } from 'zod';
import type { Endpoint } from './endpoint';
import { errorBody } from './schemas';

const JSON_TYPE = 'application/json';

type Json = Readonly<Record<string, unknown>>;

/** The OpenAPI document of these endpoints, made of the schemas that read their requests. */
export function openApiDocument(endpoints: readonly Endpoint[], url: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const one of endpoints) {
    const path = one.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [one.method]: operation(one) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Signalbox', version: '1', description: 'Releases as durable workflows.' },
    servers: [{ url }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: schemaOf(errorBody) },
    },
  };
}

function operation(one: Endpoint): Json {
  const role = one.role === undefined ? {} : { description: `For the role \`${one.role}\`.` };
  const body =
    one.body === undefined
      ? {}
      : { requestBody: { required: true, content: json(schemaOf(one.body, 'input')) } };
  return {
    summary: one.summary,
    ...role,
    ...(one.isOpen === true ? { security: [] } : {}),
    parameters: [...parameters(one.params, 'path'), ...parameters(one.query, 'query'), ...keyParameter(one)],
    ...body,
    responses: responses(one),
  };
}

function responses({ answers, type = JSON_TYPE }: Endpoint): Json {
  const told = Object.entries(answers).map(([status, { description, schema }]) => [
    status,
    isEmpty(status) ? { description } : { description, content: { [type]: { schema: schemaOf(schema) } } },
  ]);
  const error = { description: 'Any error.', content: json({ $ref: '#/components/schemas/Error' }) };
  return { ...Object.fromEntries(told), default: error };
}

function isEmpty(status: string): boolean {
  return status === '304';
}

function parameters(shape: z.ZodObject | undefined, place: 'path' | 'query'): readonly Json[] {
  if (shape === undefined) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema,
  }));
}

function keyParameter({ key }: Endpoint): readonly Json[] {
  if (key === undefined) return [];
  return [
    {
      name: 'Idempotency-Key',
      in: 'header',
      required: key === 'required',
      description: 'Asked again with the same key, nothing is done twice.',
      schema: { type: 'string', minLength: 1, maxLength: 200 },
    },
  ];
}

function json(schema: Json): Json {
  return { [JSON_TYPE]: { schema } };
}

function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output' = 'output'): Json {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return described;
}
