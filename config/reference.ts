import { configurationJsonSchema, type JsonSchema } from './json-schema';

interface Row {
  readonly field: string;
  readonly type: string;
  readonly fallback: string;
  readonly meaning: string;
}

const PLAIN_TYPES: Readonly<Record<string, string>> = {
  integer: 'whole number',
  number: 'number',
  object: 'mapping',
};

const HEAD = `# Configuration

Every field of \`signalbox.yaml\`. This page is written from the schema by \`npm run reference\`; the same schema is there
[for editors](signalbox.schema.json). \`config/gitlab.yaml\` and \`config/sandbox.yaml\` are whole examples.

- A **duration** is \`90s\`, \`30m\`, \`2h\`, \`1d\`, or ISO 8601 without months and years: \`PT30M\`, \`P1DT12H\`.
- A **day offset** is an ISO 8601 duration of days from the publish date: \`-P2D\` is two days before.
- **Placeholders** stand for numbers of a version: \`{version}\` (18.7.0), \`{major}\`, \`{minor}\`, \`{patch}\`, \`{rc}\` (the
  number of a candidate), and in version texts \`{full}\` (18.7.0 or 18.7.0-rc42).
- Only below \`outside\` may \`\${NAME}\` stand for a variable of the environment. It must be set, and not empty.
- A key that is not on this page is an error. So is a second key of the same name.
- A running release keeps the projects, candidate, approvals, pipelines and holds that it started with.
`;

/** docs/reference/configuration.md. */
export function referenceText(): string {
  const schema = configurationJsonSchema();
  const sections = Object.entries(schema.properties ?? {}).map(([name, section]) =>
    sectionText({ name, section, isRequired: schema.required?.includes(name) ?? false }),
  );
  return [HEAD, ...sections].join('\n');
}

function sectionText({
  name,
  section,
  isRequired,
}: {
  readonly name: string;
  readonly section: JsonSchema;
  readonly isRequired: boolean;
}): string {
  const whole = [
    `${typeText(section)}, ${isRequired ? 'required' : 'optional'}.`,
    ...fallbackSentence(section, isRequired),
  ].join(' ');
  const rows = rowsBelow(section, '');
  const table = [
    '| field | type | default | meaning |',
    '| --- | --- | --- | --- |',
    ...rows.map(({ field, type, fallback, meaning }) => `| ${field} | ${type} | ${fallback} | ${meaning} |`),
  ].join('\n');
  return `## \`${name}\`\n\n${section.description ?? ''}\n${capital(whole)}\n\n${table}\n`;
}

function fallbackSentence(
  { default: fallback, properties }: JsonSchema,
  isRequired: boolean,
): readonly string[] {
  if (isRequired || fallback === undefined) return [];
  if (properties !== undefined) return ['Its fields have defaults of their own.'];
  if (isEmpty(fallback)) return ['Default: none.'];
  return [`Default: \`${JSON.stringify(fallback)}\`.`];
}

function rowsBelow(field: JsonSchema, prefix: string): readonly Row[] {
  if (field.items !== undefined) return rowsBelow(field.items, `${prefix}[].`);
  if (field.oneOf !== undefined) return field.oneOf.flatMap((variant) => rowsBelow(variant, prefix));
  if (typeof field.additionalProperties === 'object')
    return [rowOf(`${prefix}<name>`, field.additionalProperties, true)];
  return Object.entries(field.properties ?? {}).flatMap(([key, child]) => {
    const place = `${prefix}${key}`;
    return [
      rowOf(place, child, field.required?.includes(key) ?? false),
      ...rowsBelow(child, below(place, child)),
    ];
  });
}

function below(place: string, { items }: JsonSchema): string {
  return items === undefined ? `${place}.` : place;
}

function rowOf(place: string, field: JsonSchema, isRequired: boolean): Row {
  return {
    field: `\`${place}\``,
    type: typeText(field),
    fallback: fallbackText(field, isRequired),
    meaning: (field.description ?? '').replaceAll('|', String.raw`\|`),
  };
}

function fallbackText(field: JsonSchema, isRequired: boolean): string {
  const { default: fallback } = field;
  if (isRequired) return 'required';
  if (fallback === undefined) return '';
  if (isEmpty(fallback)) return field.properties === undefined ? 'none' : '';
  return `\`${typeof fallback === 'string' ? fallback : JSON.stringify(fallback)}\``;
}

function isEmpty(fallback: unknown): boolean {
  return typeof fallback === 'object' && fallback !== null && Object.keys(fallback).length === 0;
}

function typeText(field: JsonSchema): string {
  if (field.const !== undefined) return `\`${field.const}\``;
  if (field.enum !== undefined) return field.enum.map((value) => `\`${value}\``).join(', ');
  if (field.items !== undefined) return listText(field.items);
  if (field.oneOf !== undefined) return 'one of its variants';
  return PLAIN_TYPES[field.type ?? ''] ?? (field.format === 'date' ? 'date' : textType(field.pattern));
}

function listText(items: JsonSchema): string {
  if (items.properties !== undefined) return 'list';
  return `list of ${typeText(items)}`;
}

/** Durations are told apart from other text by their form. */
function textType(pattern: string | undefined): string {
  if (pattern?.includes('(?:ms|s|m|h|d)') === true) return 'duration';
  if (pattern?.startsWith('^[-+]?P') === true) return 'day offset';
  return 'text';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
