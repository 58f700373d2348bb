import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { maintainedMinors, type MaintenanceFacts } from '../../../domain/version/maintenance';
import { firstOf, lineOf } from '../../../domain/version/naming';
import { compareNumbers, nextMinor } from '../../../domain/version/number';
import { coverageOf } from '../../../domain/embargo/obligation';
import { replacementFor, reservedNumber } from '../../../domain/version/reservation';
import { headOf, type RegisteredVersion, type VersionState } from '../../../domain/version/superset';

function table(name: string): readonly Readonly<Record<string, string>>[] {
  const [head = '', ...rows] = readFileSync(join(__dirname, '../../data', name), 'utf8')
    .trim()
    .split('\n');
  const columns = head.split(',');
  return rows.map((row) => {
    const cells = row.split(',');
    return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']));
  });
}

function numbers(text: string | undefined): readonly string[] {
  return (text ?? '').split(' ').filter((number) => number !== '');
}

/** One release as it happened. */
interface Happened {
  readonly kind: 'monthly' | 'security' | 'patch';
  /** Newest first. */
  readonly versions: readonly string[];
  readonly taggedOn: string;
  readonly publishedAt: string;
}

const published = new Map(
  table('gitlab-publish-dates.csv').map((row) => [row['train_versions'], row['publish_date']]),
);
const monthlies = table('gitlab-monthly.csv').map((row): Happened => {
  const { version = '', planned_publish_date: day = '', final_tag_utc: tag = '' } = row;
  return {
    kind: 'monthly',
    versions: [version],
    taggedOn: tag.slice(0, 10),
    publishedAt: `${day}T13:30:00Z`,
  };
});
const patches = table('gitlab-release-trains.csv').map((row): Happened => {
  const { versions = '', kind, first_tag_date: taggedOn = '', last_tag_date: lastTag = '' } = row;
  return {
    kind: kind === 'security' ? 'security' : 'patch',
    versions: numbers(versions).toSorted(compareNumbers).toReversed(),
    taggedOn,
    publishedAt: `${published.get(versions) ?? lastTag}T20:00:00Z`,
  };
});
const history = [...monthlies, ...patches].toSorted((left, right) =>
  left.publishedAt < right.publishedAt ? -1 : 1,
);
const burned = table('gitlab-burned-versions.csv');

/** Minors before 15.0 that its window reaches back to. */
const BEFORE = [
  { minor: '14.8', publishedAt: '2022-02-22T13:30:00Z' },
  { minor: '14.9', publishedAt: '2022-03-22T13:30:00Z' },
  { minor: '14.10', publishedAt: '2022-04-22T13:30:00Z' },
];
const OUT = [
  ...BEFORE,
  ...monthlies.map(({ versions: [version = ''], publishedAt }) => ({ minor: lineOf(version), publishedAt })),
];

/** The policy of those years: security fixes for three minors, bug fixes for the newest. */
const SECURITY: MaintenanceFacts = {
  published: OUT,
  policies: [{ from: '2022-05-22', previousMinors: 2 }],
};
const BUGS: MaintenanceFacts = { ...SECURITY, policies: [{ from: '2022-05-22', previousMinors: 0 }] };

/** Why a release was other than the rules would have made it. There is no other reason. */
type Reason =
  /** The first of a major follows no arithmetic: which minor is the last is a decision. */
  | 'first of a major'
  /** Security fixes for some of the maintained minors: the others did not have the hole. */
  | 'affects fewer'
  /** Bug fixes for maintained minors other than the newest. */
  | 'bug fix on an older minor'
  /** It covers a minor that was maintained when it opened. */
  | 'promised at its opening'
  /** Fixes for minors that nobody maintained any more. */
  | 'out of policy'
  /** Two numbers of one minor were published at once. */
  | 'two numbers of a minor';

interface Replayed {
  readonly release: Happened;
  /** What the rules make of that moment. */
  readonly expected: readonly string[];
  readonly reason?: Reason;
}

const replay: readonly Replayed[] = replayed(SECURITY);

function replayed(security: MaintenanceFacts): readonly Replayed[] {
  // Their numbers before 15.0, as far as the window of 15.0 goes on from them.
  const given = [
    versionIn('14.8.6', 'published'),
    versionIn('14.9.4', 'published'),
    versionIn('14.10.3', 'published'),
  ];
  const answer: Replayed[] = [];
  let lastPatchAt = '2022-05-22T13:30:00Z';
  for (const release of history) {
    given.push(...burnedBy(release.taggedOn, given));
    const expected = expectedVersions(release, { security, given });
    const reason = reasonOf(release, { expected, lastPatchAt });
    answer.push({ release, expected, ...(reason === undefined ? {} : { reason }) });
    given.push(...release.versions.map((version) => versionIn(version, 'published')));
    if (release.kind !== 'monthly') lastPatchAt = release.publishedAt;
  }
  return answer;
}

function versionIn(number: string, state: VersionState): RegisteredVersion {
  return { line: 'product', number, state, release: 'earlier', productVersion: number };
}

function burnedBy(day: string, given: readonly RegisteredVersion[]): readonly RegisteredVersion[] {
  const due = burned.filter(({ date = '' }) => date <= day).map(({ version = '' }) => version);
  return due
    .filter((version) => !given.some(({ number }) => number === version))
    .map((version) => versionIn(version, 'burned'));
}

function expectedVersions(
  release: Happened,
  { security, given }: { readonly security: MaintenanceFacts; readonly given: readonly RegisteredVersion[] },
): readonly string[] {
  if (release.kind === 'monthly') {
    const newest =
      given
        .map(({ number }) => number)
        .toSorted(compareNumbers)
        .at(-1) ?? '';
    return [reserve(nextMinor(newest), given)];
  }
  const facts = release.kind === 'security' ? security : BUGS;
  return maintainedMinors(facts, release.publishedAt).map((minor) => nextOf(minor, given));
}

function nextOf(minor: string, given: readonly RegisteredVersion[]): string {
  const head = headOf(given, { line: 'product', minor });
  return reserve(head === undefined ? firstOf(minor) : replacementFor(head, { head }).atLeast, given);
}

function reserve(atLeast: string, taken: readonly RegisteredVersion[]): string {
  return reservedNumber({ release: 'this', atLeast, taken });
}

function reasonOf(
  { kind, versions, publishedAt }: Happened,
  { expected, lastPatchAt }: { readonly expected: readonly string[]; readonly lastPatchAt: string },
): Reason | undefined {
  if (versions.join() === expected.join()) return undefined;
  if (kind === 'monthly') return 'first of a major';
  const minors = versions.map(lineOf);
  if (new Set(minors).size < minors.length) return 'two numbers of a minor';
  const atPublication = maintainedMinors(SECURITY, publishedAt);
  if (minors.every((minor) => atPublication.includes(minor))) {
    return kind === 'patch' ? 'bug fix on an older minor' : 'affects fewer';
  }
  // A patch opens when the one before it is out.
  const atOpening = maintainedMinors(SECURITY, lastPatchAt);
  const coverage = coverageOf({ atOpening, atPublication });
  const isCovered = minors.toSorted().join() === coverage.toSorted().join();
  return isCovered ? 'promised at its opening' : 'out of policy';
}

/** Releases that the rules make exactly as they were made, versions of one release joined by +. */
const EXPLAINED = numbers(
  `
  15.0.1+14.10.4+14.9.5 15.0.2 15.0.3 15.1.0 15.1.1+15.0.4+14.10.5 15.1.2 15.1.3 15.2.0
  15.2.1+15.1.4+15.0.5 15.2.2 15.3.0 15.3.1+15.2.3+15.1.5 15.3.2+15.2.4+15.1.6 15.3.3 15.4.0
  15.4.1+15.3.4+15.2.5 15.4.2 15.4.3 15.5.0 15.5.1 15.5.2+15.4.4+15.3.5 15.5.3 15.5.4 15.6.0
  15.6.1+15.5.5+15.4.6 15.6.2 15.6.3 15.7.0 15.7.1 15.7.2+15.6.4+15.5.7 15.7.3 15.8.0
  15.8.1+15.7.6+15.6.7 15.8.2+15.7.7+15.6.8 15.8.3 15.9.0 15.9.1 15.9.2+15.8.4+15.7.8 15.9.3 15.10.0
  15.10.1+15.9.4+15.8.5 15.10.2 15.10.3 15.11.0 15.11.1+15.10.5+15.9.6 15.11.2+15.10.6+15.9.7
  15.11.3+15.10.7+15.9.8 15.11.4 15.11.5 16.0.2+15.11.7+15.10.8 16.0.4 16.1.0 16.1.1+16.0.6+15.11.10
  16.1.2+16.0.7+15.11.11 16.2.0 16.2.1 16.2.2+16.1.3+16.0.8 16.2.4 16.3.0 16.3.1+16.2.5+16.1.5
  16.3.2 16.4.0 16.4.1+16.3.5+16.2.8 16.5.0 16.5.1+16.4.2+16.3.6 16.5.2 16.6.0 16.6.1+16.5.3+16.4.3
  16.6.2+16.5.4+16.4.4 16.7.0 16.7.3+16.6.5+16.5.7 16.8.0 16.8.2+16.7.5+16.6.7 16.9.0
  16.9.1+16.8.3+16.7.6 16.9.2+16.8.4+16.7.7 16.10.0 16.10.1+16.9.3+16.8.5 16.10.2+16.9.4+16.8.6
  16.10.3+16.9.5+16.8.7 16.11.0 16.11.1+16.10.4+16.9.6 16.11.2+16.10.5+16.9.7 17.0.1+16.11.3+16.10.6
  17.0.2+16.11.4+16.10.7 17.1.0 17.1.2+17.0.4+16.11.6 17.2.0 17.2.1+17.1.3+17.0.5 17.3.0
  17.3.1+17.2.4+17.1.6 17.4.0 17.4.1+17.3.4+17.2.8 17.4.2+17.3.5+17.2.9 17.5.0 17.5.1+17.4.3+17.3.6
  17.5.2+17.4.4+17.3.7 17.6.0 17.6.1+17.5.3+17.4.5 17.6.2+17.5.4+17.4.6 17.7.0
`.replaceAll(/\s+/g, ' '),
);

const OTHERS: readonly (readonly [Reason, string])[] = [
  ['first of a major', '15.0.0'],
  ['bug fix on an older minor', '15.4.5'],
  ['bug fix on an older minor', '15.5.6'],
  ['two numbers of a minor', '15.7.5+15.7.4+15.6.6+15.5.9'],
  ['bug fix on an older minor', '15.8.6'],
  ['out of policy', '15.7.9'],
  ['bug fix on an older minor', '15.10.4+15.9.5'],
  ['first of a major', '16.0.0'],
  ['affects fewer', '16.0.1'],
  ['bug fix on an older minor', '15.11.6'],
  ['bug fix on an older minor', '16.0.3+15.11.8'],
  ['bug fix on an older minor', '16.0.5+15.11.9'],
  ['bug fix on an older minor', '15.11.12'],
  ['out of policy', '15.11.13'],
  ['bug fix on an older minor', '16.2.3+16.1.4'],
  ['bug fix on an older minor', '16.3.3+16.2.6'],
  ['affects fewer', '16.3.4+16.2.7'],
  ['out of policy', '16.7.2+16.6.4+16.5.6+16.4.5+16.3.7+16.2.9+16.1.6'],
  ['promised at its opening', '16.8.1+16.7.4+16.6.6+16.5.8'],
  ['bug fix on an older minor', '16.9.8'],
  ['first of a major', '17.0.0'],
  ['out of policy', '17.1.1+17.0.3+16.11.5+16.10.8+16.9.9+16.8.8+16.7.8+16.6.8'],
  [
    'out of policy',
    '16.11.7+16.10.9+16.9.10+16.8.9+16.7.9+16.6.9+16.5.9+16.4.6+16.3.8+16.2.10+16.1.7+16.0.9',
  ],
  ['out of policy', '17.2.2+17.1.4+17.0.6+16.11.8'],
  ['out of policy', '17.3.2+17.2.5+17.1.7+17.0.7+16.11.9'],
  ['bug fix on an older minor', '17.2.6'],
  ['out of policy', '17.3.3+17.2.7+17.1.8+17.0.8+16.11.10'],
  ['out of policy', '16.10.10+16.9.11+16.8.10+16.7.10+16.6.10+16.5.10+16.4.7+16.3.9'],
  ['out of policy', '16.2.11+16.1.8+16.0.10'],
];

function nameOf({ versions }: Happened): string {
  return versions.join('+');
}

it('makes these releases of 15.0 to 17.7 exactly as they were made', () => {
  const explained = replay.filter(({ reason }) => reason === undefined);

  expect(explained.map(({ release }) => nameOf(release))).toEqual(EXPLAINED);
  for (const { release, expected } of explained) expect(expected).toEqual(release.versions);
});

it('gives one of the closed list of reasons for each of the others', () => {
  const others = replay.filter(({ reason }) => reason !== undefined);

  expect(others.map(({ release, reason }) => [reason, nameOf(release)])).toEqual(OTHERS);
});

it.each([0, 1, 3, 4])('would make far fewer with %s previous minors instead of two', (previousMinors) => {
  const other = { ...SECURITY, policies: [{ from: '2022-05-22', previousMinors }] };

  const explained = replayed(other).filter(({ reason }) => reason === undefined);

  expect(explained.length).toBeLessThan(EXPLAINED.length - 35);
});

it('leaves no published version out, and takes none twice', () => {
  const all = replay
    .flatMap(({ release }) => release.versions)
    .filter((version) => !version.startsWith('14.'));

  expect(all.toSorted(compareNumbers)).toEqual(
    table('gitlab-releases.csv')
      .map(({ version = '' }) => version)
      .toSorted(compareNumbers),
  );
  expect(new Set(all).size).toBe(all.length);
});

it('gives every version of every release, in the window or out of it, the number that it had', () => {
  const given = [versionIn('14.9.4', 'published'), versionIn('14.10.3', 'published')];
  const unexpected: string[] = [];
  for (const { versions, taggedOn, kind } of history) {
    given.push(...burnedBy(taggedOn, given));
    for (const version of versions.toReversed()) {
      const expected = kind === 'monthly' ? firstOf(lineOf(version)) : nextOf(lineOf(version), given);
      if (version !== expected) unexpected.push(version);
      given.push(versionIn(version, 'published'));
    }
  }

  expect(unexpected).toEqual([]);
});

it('never publishes a burned version, and publishes its replacement', () => {
  const out = new Set(history.flatMap(({ versions }) => versions));

  for (const { version = '', replaced_by: replacement = '' } of burned) {
    const head = headOf(
      [...out]
        .filter((number) => compareNumbers(number, version) < 0)
        .map((number) => versionIn(number, 'published')),
      { line: 'product', minor: lineOf(version) },
    );
    expect([out.has(version), out.has(replacement)]).toEqual([false, true]);
    expect(replacementFor(version, { head })).toEqual({ atLeast: replacement, composedOn: head });
  }
});
