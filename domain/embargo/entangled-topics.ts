import type { Verdict } from '../verdict';

/** A topic that was built on another one holds its commits too, and so its secret. */
export interface BuiltOn {
  readonly embargo: string;
  /** Embargoes whose topics this one contains, on any line of any project. */
  readonly builtOn: readonly string[];
}

/** What is disclosed by disclosing these, whether one wants it or not, in order of discovery. */
export function disclosedWith(embargoes: readonly string[], topics: readonly BuiltOn[]): readonly string[] {
  const found = new Set(embargoes);
  // A set is walked in order of insertion, those added meanwhile included.
  for (const embargo of found) {
    for (const topic of topics) {
      if (topic.embargo === embargo) for (const below of topic.builtOn) found.add(below);
    }
  }
  return [...found];
}

/** Whether a unit may disclose what it has: everything that its topics are built on is in it too, or public already. */
export function entanglementVerdict({
  unit,
  topics,
  disclosed,
}: {
  readonly unit: readonly string[];
  readonly topics: readonly BuiltOn[];
  readonly disclosed: readonly string[];
}): Verdict {
  const hidden = disclosedWith(unit, topics).filter(
    (embargo) => !unit.includes(embargo) && !disclosed.includes(embargo),
  );
  const evidence = [{ label: 'unit', value: unit.join(', ') }];
  if (hidden.length === 0) {
    return { verdict: 'pass', sentence: 'The unit is built on nothing that stays secret.', evidence };
  }
  const sentence = `The unit is built on ${hidden.join(', ')}, which would go public with it: disclose them together, or base the topic anew.`;
  return { verdict: 'fail', sentence, whoActs: 'release-manager', evidence };
}
