import Ajv from 'ajv';
import type { CsafBranch, CsafDocument } from '../../domain/texts/advisory';

const text = { type: 'string', minLength: 1 } as const;
const address = { type: 'string', pattern: '^https?://' } as const;
const instant = {
  type: 'string',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$',
} as const;
const number = { type: 'string', pattern: '^(0|[1-9][0-9]*)$' } as const;
const products = { type: 'array', minItems: 1, uniqueItems: true, items: text } as const;
const notes = {
  type: 'array',
  minItems: 1,
  items: {
    type: 'object',
    required: ['category', 'text'],
    properties: { category: { enum: ['description', 'details', 'general', 'summary'] }, text },
  },
} as const;

/** What the framework's schema demands of the fields that we fill in; no other field may be there. */
const SCHEMA = {
  type: 'object',
  required: ['document'],
  additionalProperties: false,
  properties: {
    document: {
      type: 'object',
      additionalProperties: false,
      required: ['category', 'csaf_version', 'publisher', 'title', 'tracking'],
      properties: {
        category: { enum: ['csaf_security_advisory', 'csaf_informational_advisory'] },
        csaf_version: { const: '2.0' },
        distribution: {
          type: 'object',
          properties: { tlp: { type: 'object', properties: { label: { enum: ['WHITE'] } } } },
        },
        lang: { type: 'string', pattern: '^[a-zA-Z]{2,3}(-.+)?$' },
        notes,
        publisher: {
          type: 'object',
          required: ['category', 'name', 'namespace'],
          properties: { category: { const: 'vendor' }, name: text, namespace: address },
        },
        references: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            required: ['summary', 'url'],
            properties: { category: { enum: ['external', 'self'] }, summary: text, url: address },
          },
        },
        title: text,
        tracking: {
          type: 'object',
          required: [
            'current_release_date',
            'id',
            'initial_release_date',
            'revision_history',
            'status',
            'version',
          ],
          properties: {
            current_release_date: instant,
            id: { type: 'string', pattern: '^\\S(.*\\S)?$' },
            initial_release_date: instant,
            revision_history: {
              type: 'array',
              minItems: 1,
              items: {
                type: 'object',
                required: ['date', 'number', 'summary'],
                properties: { date: instant, number, summary: text },
              },
            },
            status: { enum: ['draft', 'final', 'interim'] },
            version: number,
          },
        },
      },
    },
    product_tree: { type: 'object', required: ['branches'] },
    vulnerabilities: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['notes', 'product_status'],
        properties: {
          title: text,
          cve: { type: 'string', pattern: '^CVE-[0-9]{4}-[0-9]{4,}$' },
          notes,
          product_status: {
            type: 'object',
            minProperties: 1,
            additionalProperties: false,
            properties: { fixed: products, known_affected: products },
          },
          remediations: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              required: ['category', 'details'],
              properties: {
                category: { enum: ['vendor_fix', 'none_available'] },
                details: text,
                product_ids: products,
                url: address,
              },
            },
          },
          threats: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              required: ['category', 'details'],
              properties: { category: { enum: ['exploit_status', 'impact', 'target_set'] }, details: text },
            },
          },
        },
      },
    },
  },
} as const;

const isShaped = new Ajv({ allErrors: true, strict: false }).compile(SCHEMA);

/** What is wrong with a document, by the schema, by its profile and by the framework's tests of what names what. */
export function csafFaults(document: CsafDocument): readonly string[] {
  // As whoever reads the file has it.
  const read = JSON.parse(JSON.stringify(document)) as CsafDocument;
  const shape = isShaped(read)
    ? []
    : (isShaped.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
  return [...shape, ...profileFaults(read), ...productFaults(read)];
}

function profileFaults({ document, product_tree, vulnerabilities }: CsafDocument): readonly string[] {
  const isSecurity = document.category === 'csaf_security_advisory';
  const faults = [];
  if (isSecurity && (product_tree === undefined || vulnerabilities === undefined))
    faults.push('a security advisory has a product tree and vulnerabilities');
  if (!isSecurity && vulnerabilities !== undefined)
    faults.push('an informational advisory has no vulnerability');
  if (!isSecurity && !document.references.some(({ category }) => category === 'external'))
    faults.push('an informational advisory refers to something outside');
  const { tracking } = document;
  if (tracking.revision_history.at(-1)?.number !== tracking.version)
    faults.push('the version is that of the last revision');
  return faults;
}

function productFaults({ product_tree, vulnerabilities = [] }: CsafDocument): readonly string[] {
  const defined = (product_tree?.branches ?? []).flatMap(productsOf);
  const faults = defined.filter((id, at) => defined.indexOf(id) !== at).map((id) => `${id} is defined twice`);
  for (const {
    product_status: { fixed, known_affected = [] },
    remediations = [],
  } of vulnerabilities) {
    const named = [...fixed, ...known_affected, ...remediations.flatMap(({ product_ids }) => product_ids)];
    faults.push(...named.filter((id) => !defined.includes(id)).map((id) => `${id} is not defined`));
    faults.push(
      ...fixed.filter((id) => known_affected.includes(id)).map((id) => `${id} is fixed and affected`),
    );
    const remedied = remediations.flatMap(({ product_ids }) => product_ids);
    faults.push(...known_affected.filter((id) => !remedied.includes(id)).map((id) => `nothing helps ${id}`));
  }
  return faults;
}

function productsOf({ branches = [], product }: CsafBranch): readonly string[] {
  return [...(product === undefined ? [] : [product.product_id]), ...branches.flatMap(productsOf)];
}
