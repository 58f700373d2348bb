import type { Evidence, GuardedVerdict, Verdict } from '../verdict';

/** What one project of a version lists, against what its tag holds. */
export interface ListComparison {
  /** The product's version. */
  readonly version: string;
  readonly project: string;
  readonly tag: string;
  /** Whether the tag is where this release has put it. */
  readonly isOurs: boolean;
  /** Merge requests that are listed and not held. */
  readonly absent: readonly ComparedChange[];
  /** Merge requests that are held and not listed. */
  readonly unlisted: readonly ComparedChange[];
  /** As above, of fixes under embargo: their ids. */
  readonly absentFixes: readonly string[];
  readonly unlistedFixes: readonly string[];
}

interface ComparedChange {
  readonly mergeRequest: number;
  readonly title: string;
}

const REMEDY =
  'Abort the release and start it again: it closes anew, and lists exactly what its versions are cut from.';

/** Whether one may publish what is listed. A fix that is secret is named to the cleared alone. */
export function listVerdict(compared: readonly ListComparison[]): GuardedVerdict & {
  /** What the audience of each fix is told. */
  readonly byEmbargo: ReadonlyMap<string, Verdict>;
} {
  const wrong = compared.filter((one) => !isTrue(one));
  if (wrong.length === 0) {
    const sentence = 'The versions hold exactly what their lists say.';
    const verdict: Verdict = { verdict: 'pass', sentence, evidence: [] };
    return { cleared: verdict, uncleared: verdict, byEmbargo: new Map() };
  }
  const byEmbargo = new Map(wrong.flatMap(fixVerdicts));
  const uncleared = denied(wrong.flatMap(changeSentences), wrong);
  const secret = [...byEmbargo.values()].map(({ sentence }) => sentence);
  return { uncleared, cleared: denied([...wrong.flatMap(changeSentences), ...secret], wrong), byEmbargo };
}

function isTrue({ isOurs, absent, unlisted, absentFixes, unlistedFixes }: ListComparison): boolean {
  return isOurs && [absent, unlisted, absentFixes, unlistedFixes].every((one) => one.length === 0);
}

/** The headline alone also stands where a tag was moved, so it tells of no secret. */
function denied(told: readonly string[], wrong: readonly ListComparison[]): Verdict {
  const headline = wrong
    .map(({ project, tag }) => `${tag} of ${project} does not hold exactly what its list says.`)
    .join(' ');
  return {
    verdict: 'fail',
    sentence: [headline, ...told, REMEDY].join(' '),
    whoActs: 'release-manager',
    evidence: wrong.map(({ project, tag }): Evidence => ({ label: project, value: tag })),
  };
}

function changeSentences({ project, tag, absent, unlisted }: ListComparison): readonly string[] {
  return [
    ...absent.map(
      ({ mergeRequest, title }) =>
        `${project}!${mergeRequest} (${title}) is listed, and ${tag} lacks it: it should be in the tag, or on no list.`,
    ),
    ...unlisted.map(
      ({ mergeRequest, title }) =>
        `${project}!${mergeRequest} (${title}) is in ${tag}, and no list names it: it should be listed, or not be in the tag.`,
    ),
  ];
}

function fixVerdicts({
  project,
  tag,
  version,
  absentFixes,
  unlistedFixes,
}: ListComparison): readonly (readonly [string, Verdict])[] {
  const told = (embargo: string, what: string) => {
    const sentence = `${embargo} ${what} Nothing of ${version} was published.`;
    const evidence: readonly Evidence[] = [{ label: project, value: tag }];
    return [embargo, { verdict: 'fail', sentence, whoActs: 'release-manager', evidence }] as const;
  };
  return [
    ...absentFixes.map((embargo) =>
      told(
        embargo,
        `is to be disclosed with ${version}, and ${tag} of ${project} lacks it: it should be in the tag.`,
      ),
    ),
    ...unlistedFixes.map((embargo) =>
      told(
        embargo,
        `is in ${tag} of ${project}, and ${version} is not to disclose it: it should not be in the tag.`,
      ),
    ),
  ];
}
