import {
  type Noted,
  PROJECTS,
  type Fix,
  type PerProject,
  type Commit,
  type Release,
  type System,
  type World,
} from './world';

/**
 * What must never be, judged with nothing but what the model's world shows. Nothing here asks a rule of domain/: a check that
 * did would agree with a wrong rule.
 */
export interface Violation {
  readonly law: Law;
  readonly sentence: string;
}

export type Law =
  | 'no secret is public'
  | 'no number twice'
  | 'a burned version is never public'
  | 'a later version contains the earlier'
  | 'every version promised has the fix'
  | 'no managed system loses a fix'
  | 'fixed on managed systems first'
  | 'no release awaits another'
  | 'one rebuild for a foreign publication'
  | 'a claimed plan passes the gate'
  | 'a monthly is what production ran';

/** What the checks remember of a history. */
export interface Book {
  seen: number;
  readonly openings: Map<string, readonly string[]>;
  readonly tags: Map<string, Commit>;
  readonly owners: Map<string, string>;
  /** Finals claimed, by minor, in order of claim. */
  readonly claimed: Map<string, string[]>;
  readonly foundAt: Map<Fix, number>;
  readonly bornAt: Map<string, number>;
  /** When a number was claimed. */
  readonly claimedAt: Map<string, number>;
  readonly promised: Map<
    Fix,
    { readonly at: number; readonly minors: readonly string[]; readonly branches: readonly string[] }
  >;
  readonly had: Map<System, Set<Fix>>;
  readonly runs: Map<System, PerProject<Commit>>;
  readonly claims: { readonly release: string; readonly minors: readonly string[] }[];
  /** How many claims there were when a release opened. */
  readonly claimsBefore: Map<string, number>;
  /** What a release composed its version of a minor on again. */
  readonly rebuilds: Map<string, Set<string>>;
  step: number;
}

export function openBook(world: World): Book {
  const book: Book = {
    seen: 0,
    openings: new Map(),
    tags: new Map(),
    owners: new Map(),
    claimed: new Map(),
    foundAt: new Map(),
    bornAt: new Map(),
    claimedAt: new Map(),
    promised: new Map(),
    had: new Map(),
    runs: new Map(),
    claims: [],
    claimsBefore: new Map(),
    rebuilds: new Map(),
    step: 0,
  };
  for (const { number, minor, release } of world.versions) {
    book.claimed.set(minor, [...(book.claimed.get(minor) ?? []), number]);
    book.owners.set(number, release);
    book.bornAt.set(minor, 0);
  }
  return book;
}

/** Looks at the world after each step. */
export function check(world: World, book: Book): Violation | undefined {
  book.step += 1;
  for (const fix of world.fixes) if (!book.foundAt.has(fix)) book.foundAt.set(fix, book.step);
  for (const release of world.releases) {
    if (book.openings.has(release.id)) continue;
    book.openings.set(release.id, windowOf(world, book, isPublic));
    book.claimsBefore.set(release.id, book.claims.length);
  }
  const secret = checkSecrets(world);
  if (secret !== undefined) return secret;
  for (const noted of world.noted.slice(book.seen)) {
    book.seen += 1;
    const violation = checkNoted(world, book, noted);
    if (violation !== undefined) return violation;
  }
  return checkBurned(world) ?? checkPromises(world, book) ?? checkSystems(world, book) ?? checkWaits(world);
}

function checkNoted(world: World, book: Book, noted: Noted): Violation | undefined {
  if (noted.what === 'tagged') return checkNumber(book, noted);
  if (noted.what === 'claimed') return noteClaim(world, book, noted);
  if (noted.what === 'recomposed') return checkRebuild(book, noted);
  if (noted.what === 'refused') return checkRefused(world, noted);
  if (noted.what === 'unclaimed') return noteUnclaim(book, noted);
  book.bornAt.set(noted.minor, book.step);
  return checkBase(world, noted);
}

function noteUnclaim(book: Book, { release, numbers: taken }: Claimed): undefined {
  for (const [minor, numbers] of book.claimed) {
    book.claimed.set(
      minor,
      numbers.filter((number) => !taken.includes(number)),
    );
  }
  // Whoever composed on it composes again: that is a foreign publication taken back.
  book.claims.push({ release, minors: taken.map(minorIn) });
}

function checkRefused(
  world: World,
  { plan, fix }: { readonly plan: string; readonly fix: string },
): Violation | undefined {
  if (!world.plans.has(plan)) return undefined;
  return {
    law: 'a claimed plan passes the gate',
    sentence: `${plan} has claimed its numbers, but the gate refuses it: it would show ${fix}.`,
  };
}

interface Tagged {
  readonly number: string;
  readonly release: string;
  readonly commits: PerProject<Commit>;
}

function checkNumber(book: Book, { number, release, commits }: Tagged): Violation | undefined {
  const owner = book.owners.get(number) ?? release;
  book.owners.set(number, release);
  if (owner !== release) {
    return { law: 'no number twice', sentence: `${release} takes ${number}, which ${owner} has had.` };
  }
  for (const project of PROJECTS) {
    const place = `${number} of ${project}`;
    const first = book.tags.get(place) ?? commits[project];
    book.tags.set(place, first);
    if (first !== commits[project]) {
      return {
        law: 'no number twice',
        sentence: `${number} of ${project} is tagged twice, with different content.`,
      };
    }
  }
  return undefined;
}

interface Claimed {
  readonly release: string;
  readonly numbers: readonly string[];
}

function noteClaim(world: World, book: Book, { release, numbers }: Claimed): Violation | undefined {
  const window = new Set([...(book.openings.get(release) ?? []), ...windowOf(world, book)]);
  for (const number of numbers) {
    const minor = minorIn(number);
    book.claimed.set(minor, [...(book.claimed.get(minor) ?? []), number]);
    window.add(minor);
    book.claimedAt.set(number, book.step);
  }
  book.claims.push({ release, minors: numbers.map(minorIn) });
  const fixes = world.fixes.filter((fix) => world.plans.get(release)?.fixes.includes(fix.name));
  const branches = [...world.canonical.gitlab.stable.keys()].filter((minor) => !isOut(book, minor));
  for (const fix of fixes) {
    book.promised.set(fix, {
      at: book.step,
      minors: [...window].filter((minor) => hadHole(book, fix, minor)),
      branches: branches.filter((minor) => hadHole(book, fix, minor)),
    });
    const without = world.systems.filter(
      (system) => isExposed(world, book, { fix, system }) && !fix.exceptions.has(system.name),
    );
    if (without.length > 0) {
      const names = without.map(({ name }) => name).join(', ');
      return {
        law: 'fixed on managed systems first',
        sentence: `${release} begins to disclose ${fix.name} while ${names} runs without it.`,
      };
    }
  }
  return checkOrder(world, book, numbers.map(minorIn));
}

function checkOrder(world: World, book: Book, minors: readonly string[]): Violation | undefined {
  for (const minor of minors) {
    const inOrder = (book.claimed.get(minor) ?? []).toSorted(byPatch);
    for (const [index, later] of inOrder.entries()) {
      const earlier = inOrder[index - 1];
      if (earlier === undefined || containsAll(world, later, earlier)) continue;
      return {
        law: 'a later version contains the earlier',
        sentence: `${later} goes out without what ${earlier} has.`,
      };
    }
  }
  return undefined;
}

function containsAll(world: World, later: string, earlier: string): boolean {
  const above = commitsOf(world, later);
  const below = commitsOf(world, earlier);
  if (above === undefined || below === undefined) return false;
  return PROJECTS.every(
    (project) => ((world.histories[above[project]] ?? 0n) >> BigInt(below[project])) % 2n === 1n,
  );
}

function commitsOf(world: World, number: string): PerProject<Commit> | undefined {
  return world.versions.find((version) => version.number === number)?.commits;
}

interface Recomposed {
  readonly release: string;
  readonly minor: string;
  readonly on: string;
}

function checkRebuild(book: Book, { release, minor, on }: Recomposed): Violation | undefined {
  const place = `${release} ${minor}`;
  const rebuilds = (book.rebuilds.get(place) ?? new Set()).add(on);
  book.rebuilds.set(place, rebuilds);
  const foreign = book.claims
    .slice(book.claimsBefore.get(release))
    .filter((claim) => claim.release !== release && claim.minors.includes(minor));
  if (rebuilds.size <= foreign.length) return undefined;
  return {
    law: 'one rebuild for a foreign publication',
    sentence: `${release} composes its version of ${minor} again, ${rebuilds.size} times for ${foreign.length} foreign publications.`,
  };
}

function checkBase(
  world: World,
  { minor, commits }: { readonly minor: string; readonly commits: PerProject<Commit> },
): Violation | undefined {
  const ran = world.production.some(
    ({ of, migratedAt, rolledBackAt }) =>
      migratedAt !== undefined &&
      rolledBackAt === undefined &&
      PROJECTS.every((project) => of.base[project] === commits[project]),
  );
  if (ran) return undefined;
  return {
    law: 'a monthly is what production ran',
    sentence: `The stable branch of ${minor} begins at commits that production did not run and migrate.`,
  };
}

function checkSecrets(world: World): Violation | undefined {
  for (const fix of world.fixes) {
    if (fix.state === 'disclosing' || fix.state === 'disclosed') continue;
    const project = PROJECTS.find((each) => (world.canonical[each].objects & fix.objects[each]) !== 0n);
    if (project === undefined) continue;
    return {
      law: 'no secret is public',
      sentence: `${fix.name} is ${fix.state}, and its commits are in the public repository of ${project}.`,
    };
  }
  return undefined;
}

function checkBurned(world: World): Violation | undefined {
  const shown = world.versions.find(({ state, commits }) => {
    if (state !== 'burned' || commits === undefined) return false;
    return PROJECTS.some(
      (project) => (world.canonical[project].objects >> BigInt(commits[project])) % 2n === 1n,
    );
  });
  if (shown === undefined) return undefined;
  return {
    law: 'a burned version is never public',
    sentence: `${shown.number} is burned, and public all the same.`,
  };
}

/** From the end of its disclosure on, a fix is in the newest version of every minor that it was promised to or that came out later. */
function checkPromises(world: World, book: Book): Violation | undefined {
  for (const [fix, { at, minors, branches }] of book.promised) {
    if (fix.state !== 'disclosed') continue;
    for (const minor of new Set([...minors, ...laterMinors(book, { fix, at })])) {
      const newest = (book.claimed.get(minor) ?? []).toSorted(byPatch).at(-1);
      const commits = newest === undefined ? undefined : commitsOf(world, newest);
      if (commits === undefined || isIn(world, fix, commits)) continue;
      return {
        law: 'every version promised has the fix',
        sentence: `${fix.name} is disclosed, and ${newest} is out without it.`,
      };
    }
    for (const minor of branches) {
      const isThere = fix.projects.every((project) => {
        const head = world.canonical[project].stable.get(minor);
        return head !== undefined && ((world.histories[head] ?? 0n) & fix.objects[project]) !== 0n;
      });
      if (isThere) continue;
      return {
        law: 'every version promised has the fix',
        sentence: `${fix.name} is disclosed, and the stable branch of ${minor} is without it.`,
      };
    }
  }
  return undefined;
}

/** An older version of a minor that an exception takes back in lacks it still; a newer one may not. */
function laterMinors(book: Book, { fix, at }: { readonly fix: Fix; readonly at: number }): readonly string[] {
  return [...book.claimed]
    .filter(([, numbers]) => numbers.some((number) => (book.claimedAt.get(number) ?? 0) >= at))
    .map(([minor]) => minor)
    .filter((minor) => hadHole(book, fix, minor));
}

function checkSystems(world: World, book: Book): Violation | undefined {
  for (const system of world.systems) {
    const had = book.had.get(system) ?? new Set();
    book.had.set(system, had);
    for (const fix of world.fixes) {
      const isSafe = !isExposed(world, book, { fix, system });
      if (!isSafe && had.has(fix) && fix.state !== 'withdrawn') {
        return {
          law: 'no managed system loses a fix',
          sentence: `${system.name} runs ${system.runs.name}, without ${fix.name} that it had.`,
        };
      }
      if (isSafe) had.add(fix);
    }
  }
  return undefined;
}

function checkWaits(world: World): Violation | undefined {
  const waiting = world.releases.find(({ waited }) => waited.has('release'));
  if (waiting === undefined) return undefined;
  return { law: 'no release awaits another', sentence: `${waiting.id} waits for another release.` };
}

/** That a release ends with all others standing still, whatever it says of what it waits for. */
export function awaitsOthers(release: Release): Violation {
  return {
    law: 'no release awaits another',
    sentence: `${release.id} does not come to an end while the other releases stand still (it is at: ${release.step}).`,
  };
}

function isExposed(
  world: World,
  book: Book,
  { fix, system }: { readonly fix: Fix; readonly system: System },
): boolean {
  return hadHole(book, fix, system.line) && !isIn(world, fix, system.runs.commits);
}

function isIn(world: World, fix: Fix, commits: PerProject<Commit>): boolean {
  return fix.projects.every(
    (project) => ((world.histories[commits[project]] ?? 0n) & fix.objects[project]) !== 0n,
  );
}

/** A line has the hole when it had it at first, or when it was cut later from a default branch that had it. */
function hadHole(book: Book, fix: Fix, line: string): boolean {
  if (fix.hole.includes(line)) return true;
  if (!fix.hole.includes('default')) return false;
  return (book.bornAt.get(line) ?? 0) > (book.foundAt.get(fix) ?? 0);
}

function isOut(book: Book, minor: string): boolean {
  return (book.claimed.get(minor) ?? []).length > 0;
}

/** The three newest minors that are out, and those that somebody keeps by an exception. */
function windowOf(
  world: World,
  book: Book,
  counts: (world: World, number: string) => boolean = () => true,
): readonly string[] {
  const now = Date.UTC(2026, 10, 1) + world.now * 3_600_000;
  const out = [...book.claimed]
    .filter(([, numbers]) => numbers.some((number) => counts(world, number)))
    .map(([minor]) => minor)
    .toSorted(byMinor);
  const kept = world.exceptions
    .filter(({ from, until }) => new Date(from).getTime() <= now && now < new Date(until).getTime())
    .map(({ minor }) => minor);
  return out.filter((minor, index) => index >= out.length - 3 || kept.includes(minor));
}

function isPublic(world: World, number: string): boolean {
  return PROJECTS.every((project) => world.canonical[project].tags.has(number));
}

function minorIn(number: string): string {
  return number.split('.').slice(0, 2).join('.');
}

function byMinor(left: string, right: string): number {
  return Number(left.split('.')[1]) - Number(right.split('.')[1]);
}

function byPatch(left: string, right: string): number {
  return Number(left.split('.')[2]) - Number(right.split('.')[2]);
}
