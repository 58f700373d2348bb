import { ExplainedError } from '../explained-error';
import { compareNumbers } from './number';
import { firstOf } from './naming';
import type { Verdict } from '../verdict';

/** A minor and when its first version was published, ISO 8601. */
export interface PublishedMinor {
  readonly minor: string;
  readonly publishedAt: string;
}

/** From this day or instant on, until the next policy holds. */
export interface MaintenancePolicy {
  readonly from: string;
  /** How many minors before the newest published one get fixes. */
  readonly previousMinors: number;
  /** They hold by their own dates, whichever policy does. */
  readonly exceptions?: readonly MaintenanceException[];
}

/** A minor that gets fixes for a while though no policy gives it any. */
export interface MaintenanceException {
  readonly minor: string;
  /** ISO 8601 */
  readonly from: string;
  /** ISO 8601; the first instant at which it holds no more. */
  readonly until: string;
  readonly approvedBy: string;
  readonly reason: string;
}

export interface MaintenanceFacts {
  /** In any order. The minor before 16.0 is the greatest published one below it, whatever its number. */
  readonly published: readonly PublishedMinor[];
  /** Oldest first. */
  readonly policies: readonly MaintenancePolicy[];
}

/** The minors that get fixes at an instant, newest first. @throws ExplainedError when no policy holds yet */
export function maintainedMinors(facts: MaintenanceFacts, at: string): readonly string[] {
  const newestFirst = minorsOutAt(facts, at);
  const window = newestFirst.slice(0, 1 + policyAt(facts.policies, at).previousMinors);
  const kept = new Set(exceptionsAt(facts.policies, at).map(({ minor }) => minor));
  return newestFirst.filter((minor) => window.includes(minor) || kept.has(minor));
}

/** Whether a minor gets fixes, and by what. */
export function maintenanceVerdict(
  facts: MaintenanceFacts,
  { minor, at }: { readonly minor: string; readonly at: string },
): Verdict {
  const out = minorsOutAt(facts, at);
  if (!out.includes(minor)) return { verdict: 'fail', sentence: `${minor} is not out.`, evidence: [] };
  const maintained = maintainedMinors(facts, at);
  const evidence = [{ label: 'maintained', value: maintained.join(', ') }];
  const exception = exceptionsAt(facts.policies, at).find((each) => each.minor === minor);
  const place = out.indexOf(minor);
  if (place <= policyAt(facts.policies, at).previousMinors) {
    return { verdict: 'pass', sentence: `${minor} is maintained: ${placeWords(place)}.`, evidence };
  }
  if (exception === undefined) {
    const sentence = `${minor} is not maintained: ${place} newer minors are out, and there is no exception for it.`;
    return { verdict: 'fail', sentence, whoActs: 'delivery-leadership', evidence };
  }
  const { approvedBy, until, reason } = exception;
  const sentence = `${minor} is maintained until ${until} by an exception of ${approvedBy}: ${reason}`;
  return { verdict: 'pass', sentence, lookAgainAt: until, evidence };
}

function placeWords(place: number): string {
  if (place === 0) return 'it is the newest that is out';
  return place === 1 ? 'one newer minor is out' : `${place} newer minors are out`;
}

function minorsOutAt({ published }: MaintenanceFacts, at: string): readonly string[] {
  const now = Date.parse(at);
  return published
    .filter(({ publishedAt }) => Date.parse(publishedAt) <= now)
    .map(({ minor }) => minor)
    .toSorted((left, right) => compareNumbers(firstOf(right), firstOf(left)));
}

function policyAt(policies: readonly MaintenancePolicy[], at: string): MaintenancePolicy {
  const policy = policies.findLast(({ from }) => Date.parse(from) <= Date.parse(at));
  if (policy !== undefined) return policy;
  throw new ExplainedError({
    where: 'maintenance',
    what: `no policy says which minors get fixes on ${at}`,
    remedy: 'Give the first policy an earlier date',
  });
}

/** Those that hold at an instant; ISO 8601. */
export function exceptionsAt(
  policies: readonly MaintenancePolicy[],
  at: string,
): readonly MaintenanceException[] {
  const now = Date.parse(at);
  const all = policies.flatMap(({ exceptions = [] }) => exceptions);
  return all.filter(({ from, until }) => Date.parse(from) <= now && now < Date.parse(until));
}
