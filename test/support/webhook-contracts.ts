import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CONTRACTS, type Complaint } from './contracts';

const object = z.record(z.string(), z.unknown());
const examples = z.object({
  events: z.record(
    z.string(),
    z.looseObject({
      payload: object.optional(),
      payload_documented: object.optional(),
      merged_delta_derived: z.looseObject({ object_attributes: object }).optional(),
    }),
  ),
});

/** Documented payloads by their `object_kind`. */
export function readPayloads(): Readonly<Record<string, unknown>> {
  const text = readFileSync(join(CONTRACTS, 'gitlab_webhook_examples.json'), 'utf8');
  const { events } = examples.parse(JSON.parse(text));
  return Object.fromEntries(
    Object.values(events).map(({ payload, payload_documented: documented, merged_delta_derived: merged }) => {
      const example = payload ?? documented ?? {};
      const delta = merged?.object_attributes;
      const whole =
        delta === undefined
          ? example
          : { ...example, object_attributes: { ...delta, ...object.parse(example['object_attributes']) } };
      return [String(example['object_kind']), whole];
    }),
  );
}

/** Fields of a payload that the documented one lacks, or has as something else; null and empty lists say nothing. */
export function complaintsOfPayload(documented: unknown, payload: unknown): readonly Complaint[] {
  const kind = object.safeParse(documented).data?.['object_kind'];
  return documented === undefined ? [] : compare({ key: String(kind), documented, payload });
}

interface Comparing {
  readonly key: string;
  readonly documented: unknown;
  readonly payload: unknown;
}

function compare({ key, documented, payload }: Comparing): readonly Complaint[] {
  if (documented === null || payload === null) return [];
  const [wanted, is] = [typeOf(documented), typeOf(payload)];
  if (wanted !== is) return [{ key, words: `is ${is}, documented as ${wanted}` }];
  if (Array.isArray(documented) && Array.isArray(payload)) return compareLists({ key, documented, payload });
  if (is !== 'object') return [];
  const known = object.parse(documented);
  return Object.entries(object.parse(payload)).flatMap(([name, value]) =>
    name in known
      ? compare({ key: `${key}.${name}`, documented: known[name], payload: value })
      : [{ key: `${key}.${name}`, words: 'is not documented' }],
  );
}

/** Whatever one of the documented elements has, any element may have. */
function compareLists({
  key,
  documented,
  payload,
}: {
  readonly key: string;
  readonly documented: readonly unknown[];
  readonly payload: readonly unknown[];
}): readonly Complaint[] {
  const elements = documented.map((element) => object.safeParse(element).data);
  const known = elements.reduce((all, element) => ({ ...all, ...told(element) }), {});
  const first = elements[0] === undefined ? documented[0] : known;
  return first === undefined
    ? []
    : payload.flatMap((one) => compare({ key, documented: first, payload: one }));
}

function told(element: Readonly<Record<string, unknown>> | undefined): object {
  return Object.fromEntries(Object.entries(element ?? {}).filter(([, value]) => value !== null));
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}
