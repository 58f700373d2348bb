import { z } from 'zod';
import { configuration } from './schema';

/** The part of JSON Schema that the configuration needs. */
export interface JsonSchema {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | false;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
}

/** JSON Schema (draft 7, which editors know) of what may be written to `signalbox.yaml`. */
export function configurationJsonSchema(): JsonSchema {
  const schema: JsonSchema = JSON.parse(
    JSON.stringify(z.toJSONSchema(configuration, { io: 'input', target: 'draft-7' })),
  );
  return schema;
}

/** The schema's file, as it is kept in docs/reference. */
export function jsonSchemaText(): string {
  return `${JSON.stringify({ title: 'signalbox.yaml', ...configurationJsonSchema() }, undefined, 2)}\n`;
}
