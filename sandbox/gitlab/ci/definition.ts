import { parse } from 'yaml';
import { z } from 'zod';
import { holds } from './rule-expression';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const script = z.union([z.string().transform((line) => [line]), z.array(z.string())]);
const when = z.enum(['on_success', 'manual', 'always', 'on_failure', 'never']);
const rule = z.object({
  if: z.string().optional(),
  when: when.optional(),
  allow_failure: z.boolean().optional(),
});
const job = z.object({
  stage: z.string().default('test'),
  script,
  before_script: script.optional(),
  variables: z.record(z.string(), text).default({}),
  rules: z.array(rule).optional(),
  when: when.default('on_success'),
  allow_failure: z.boolean().optional(),
  retry: z.union([z.number(), z.object({ max: z.number() }).transform(({ max }) => max)]).default(0),
});
const RESERVED = new Set([
  'stages',
  'variables',
  'workflow',
  'default',
  'include',
  'image',
  'services',
  'cache',
]);

export interface PlannedJob {
  readonly name: string;
  readonly stage: string;
  readonly script: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly when: 'on_success' | 'manual' | 'always' | 'on_failure';
  readonly allow_failure: boolean;
  readonly retries: number;
}

type Variables = Readonly<Record<string, string>>;

/** Jobs of `.gitlab-ci.yml` that run for these variables, in the order of their stages: the subset of the language that the sandbox speaks. @throws for a broken file */
export function planJobs(yaml: string, given: Variables): readonly PlannedJob[] {
  const document = z.record(z.string(), z.unknown()).parse(parse(yaml) ?? {});
  const stages = z.array(z.string()).default(['build', 'test', 'deploy']).parse(document['stages']);
  const variables = { ...z.record(z.string(), text).default({}).parse(document['variables']), ...given };
  const workflow = z
    .object({ rules: z.array(rule) })
    .partial()
    .optional()
    .parse(document['workflow']);
  if (decide(workflow?.rules, { variables, otherwise: { when: 'always' } }).when === 'never') return [];
  const jobs = Object.entries(document).flatMap(([name, body]) => {
    if (RESERVED.has(name) || name.startsWith('.')) return [];
    return planJob(name, { body, variables });
  });
  return jobs.toSorted((a, b) => stages.indexOf(a.stage) - stages.indexOf(b.stage));
}

function planJob(
  name: string,
  { body, variables }: { readonly body: unknown; readonly variables: Variables },
): readonly PlannedJob[] {
  const { data: parsed, error } = job.safeParse(body);
  if (parsed === undefined) throw new Error(`${name}: ${complaintOf(error)}`);
  const seen = { ...variables, ...parsed.variables };
  // A job that is manual by itself is optional; one that a rule makes manual holds the pipeline up.
  const otherwise = { when: parsed.when, allow_failure: parsed.when === 'manual' };
  const decided = decide(parsed.rules, { variables: seen, otherwise });
  if (decided.when === 'never') return [];
  const { stage, retry } = parsed;
  const allow_failure = parsed.allow_failure ?? decided.allow_failure ?? false;
  const lines = [...(parsed.before_script ?? []), ...parsed.script];
  return [{ name, stage, script: lines, variables: seen, when: decided.when, allow_failure, retries: retry }];
}

function complaintOf({ issues }: z.ZodError): string {
  return issues
    .map(({ path, message }) => [...path, message.replace('Invalid input: ', '')].join(': '))
    .join('; ');
}

interface Decision {
  readonly when: z.infer<typeof when>;
  readonly allow_failure?: boolean | undefined;
}

/** The first rule that holds decides; where there are rules and none holds, the answer is never. */
function decide(
  rules: readonly z.infer<typeof rule>[] | undefined,
  { variables, otherwise }: { readonly variables: Variables; readonly otherwise: Decision },
): Decision {
  if (rules === undefined) return otherwise;
  const first = rules.find((one) => one.if === undefined || holds(one.if, variables));
  if (first === undefined) return { when: 'never' };
  return { when: first.when ?? 'on_success', allow_failure: first.allow_failure };
}
