import { firstOf } from '../../domain/version/naming';
import { nextPatch } from '../../domain/version/number';
import { contains, hasFix, hasTopic, writeTopic } from './repositories';
import { systemsWithout } from './systems';
import {
  fixNamed,
  instant,
  must,
  perProject,
  PROJECTS,
  versionOf,
  type Commit,
  type Fix,
  type Member,
  type PerProject,
  type Release,
  type Waited,
  type World,
} from './world';

/** What a release plans from the facts as they are now. */
export interface Draft {
  readonly fixes: readonly string[];
  readonly members: readonly Member[];
  readonly waits?: Waited;
}

export function draftOf(world: World, release: Release): Draft {
  if (release.kind === 'patch') return draftPatch(world, release);
  const ofMinor = { release, minor: must(release.minor, 'minor') };
  return release.kind === 'monthly' ? draftMonthly(world, ofMinor) : draftInternal(world, ofMinor);
}

interface OfMinor {
  readonly release: Release;
  readonly minor: string;
}

/** What a plan has to reckon with: a minor counts as out from the claim of its first version on. */
export function windowNow(world: World): readonly string[] {
  return windowOf(world, [...world.out.keys()]);
}

/** What a release promises when it opens: a claim may still be taken back, so only what is published counts. */
export function windowAtOpening(world: World): readonly string[] {
  const published = new Set(
    world.versions
      .filter(({ state, number }) => state === 'published' && !number.includes('-'))
      .map(({ minor }) => minor),
  );
  return windowOf(
    world,
    [...world.out.keys()].filter((minor) => published.has(minor)),
  );
}

function windowOf(world: World, minors: readonly string[]): readonly string[] {
  const published = minors.map((minor) => ({ minor, publishedAt: must(world.out.get(minor), minor) }));
  const policies = [{ from: '2026-01-01', previousMinors: 2, exceptions: world.exceptions }];
  return world.rules.maintainedMinors({ published, policies }, instant(world));
}

/** Minors whose stable branch is born and of which nothing is out. */
export function unreleasedMinors(world: World): readonly string[] {
  return [...world.canonical.gitlab.stable.keys()].filter((minor) => !world.out.has(minor));
}

export function headOfMinor(world: World, minor: string): string | undefined {
  return world.rules.headOf(world.versions, { line: 'product', minor });
}

export function isOpen({ state }: Fix): boolean {
  return state === 'disclosing' || state === 'disclosed';
}

/** Who owes fixes when this release discloses: whoever it promised to when it opened, whoever is maintained, whoever is born. */
function owingNow(world: World, release: Release) {
  const covered = world.rules.coverageOf({
    atOpening: release.opening,
    atPublication: windowNow(world),
  });
  const unreleased = unreleasedMinors(world);
  return { covered, owing: world.rules.owingMinors({ maintained: covered, unreleased }) };
}

function draftPatch(world: World, release: Release): Draft {
  const { covered, owing } = owingNow(world, release);
  const fixes = disclosable(world, release);
  const members = covered.flatMap((minor) => {
    const topics = fixes.filter((name) => owedBy(world, { name, owing }).includes(minor));
    return patchMember(world, { release, minor, topics });
  });
  return withPeople(world, { fixes, members, owing });
}

function patchMember(
  world: World,
  { release, minor, topics: own }: OfMinor & { readonly topics: readonly string[] },
): readonly Member[] {
  const head = must(headOfMinor(world, minor), `head of ${minor}`);
  const below = must(versionOf(world, head).commits, `commits of ${head}`);
  // A minor that an exception took back in lacks what was disclosed meanwhile.
  const debts = disclosedFixes(world, minor).filter((name) => !hasFix(world, fixNamed(world, name), below));
  const topics = [...own, ...debts];
  const before = release.members.find((member) => member.minor === minor);
  if (before !== undefined && stands(world, before, { composedOn: head, topics })) return [before];
  // What is frozen stays frozen: a public fix that comes later is in the next patch.
  const isFrozen = release.members.length > 0;
  if (before === undefined && isFrozen && topics.length === 0) return [];
  const stable = before?.stable ?? stableOf(world, minor);
  const isNew = PROJECTS.some((project) => !contains(world, below[project], stable[project]));
  if (topics.length === 0 && !isNew) return [];
  pickPublic(world, { minor, topics: debts });
  const { atLeast } = world.rules.replacementFor(before?.number ?? head, { head });
  return [{ minor, atLeast, composedOn: head, stable, topics, built: false }];
}

function draftMonthly(world: World, { release, minor }: OfMinor): Draft {
  const { owing } = owingNow(world, release);
  const [first, successor] = release.members;
  const isTagged = first?.number !== undefined && isLive(world, first.number);
  const own = ownFixes(world, { release, minor, owing }).filter(
    (name) => !isTagged || release.fixes.includes(name),
  );
  const fixes = disclosable(world, { ...release, fixes: own });
  const shown = disclosedFixes(world, minor);
  const keepsFirst = isTagged && stands(world, first, { topics: fixes });
  const members = keepsFirst
    ? [first, ...successorOf(world, { first, successor, shown })]
    : [firstOfMinor(world, { minor, topics: [...fixes, ...shown] })];
  const draft = withPeople(world, { fixes, members, owing });
  return draft.waits === undefined && !mayComeOut(world, { members, shown })
    ? { ...draft, waits: { for: 'approval' } }
    : draft;
}

/** Fixes that the unreleased minor alone owes: its first version discloses them. An exception may change that any day. */
function ownFixes(
  world: World,
  { release, minor, owing }: OfMinor & { readonly owing: readonly string[] },
): readonly string[] {
  return world.fixes
    .filter(({ name, state }) => state === 'sealed' && !release.pulled.has(name))
    .filter(({ name }) => owedBy(world, { name, owing }).join() === minor)
    .map(({ name }) => name);
}

function disclosedFixes(world: World, minor: string): readonly string[] {
  return world.fixes.filter((fix) => isOpen(fix) && fix.affects.includes(minor)).map(({ name }) => name);
}

function firstOfMinor(
  world: World,
  { minor, topics }: { readonly minor: string; readonly topics: readonly string[] },
): Member {
  const stable = stableOf(world, minor);
  const missing = topics.filter((name) => !hasFix(world, fixNamed(world, name), stable));
  pickPublic(world, { minor, topics: missing });
  return { minor, atLeast: firstOf(minor), stable, topics: missing, built: false };
}

/** What was disclosed after the tag comes in a second version of the same unit. */
function successorOf(
  world: World,
  {
    first,
    successor,
    shown,
  }: {
    readonly first: Member;
    readonly successor: Member | undefined;
    readonly shown: readonly string[];
  },
): readonly Member[] {
  const number = must(first.number, 'number');
  const commits = must(versionOf(world, number).commits, `commits of ${number}`);
  const topics = shown.filter((name) => !hasFix(world, fixNamed(world, name), commits));
  if (topics.length === 0 || world.rules.placeOfDisclosedFix('tagged') !== 'same-unit') return [];
  if (successor !== undefined && stands(world, successor, { composedOn: number, topics })) return [successor];
  pickPublic(world, { minor: first.minor, topics });
  const { minor, stable } = first;
  return [{ minor, atLeast: nextPatch(number), composedOn: number, stable, topics, built: false }];
}

/** A fix that is disclosed, or being disclosed, is picked to a line where nobody wrote it. */
function pickPublic(
  world: World,
  { minor, topics }: { readonly minor: string; readonly topics: readonly string[] },
): void {
  for (const fix of topics.map((name) => fixNamed(world, name))) {
    if (isOpen(fix)) writeTopic(world, fix, minor);
  }
}

function mayComeOut(
  world: World,
  { members, shown }: { readonly members: readonly Member[]; readonly shown: readonly string[] },
): boolean {
  const [first, successor] = members;
  if (first === undefined) return false;
  const number = first.number ?? first.atLeast;
  const disclosed = shown.map((fix) => ({ fix, in: placeIn(world, { fix, first, successor }) }));
  return world.rules.firstPublicationVerdict({ version: number, disclosed }).verdict === 'pass';
}

function placeIn(
  world: World,
  {
    fix,
    first,
    successor,
  }: { readonly fix: string; readonly first: Member; readonly successor: Member | undefined },
): 'first' | 'successor' | 'neither' {
  const content = first.number === undefined ? first.stable : versionOf(world, first.number).commits;
  if (first.topics.includes(fix)) return 'first';
  if (content !== undefined && hasFix(world, fixNamed(world, fix), content)) return 'first';
  return successor?.topics.includes(fix) === true ? 'successor' : 'neither';
}

/** For a tenant, ahead of disclosure: the newest version of its minor and every fix that is written for it. */
function draftInternal(world: World, { release, minor }: OfMinor): Draft {
  const head = must(headOfMinor(world, minor), `head of ${minor}`);
  const handedOver = world.versions.findLast(
    ({ number, state }) => number.startsWith(`${head}-internal`) && state === 'published',
  );
  const composedOn = handedOver?.number ?? head;
  const topics = world.fixes
    .filter((fix) => fix.state !== 'withdrawn' && fix.affects.includes(minor) && hasTopic(fix, minor))
    .map(({ name }) => name)
    .filter((name) => !release.pulled.has(name));
  const [before] = release.members;
  if (before !== undefined && stands(world, before, { composedOn, topics })) {
    return { fixes: topics, members: [before] };
  }
  const stable = must(versionOf(world, composedOn).commits, `commits of ${composedOn}`);
  const missing = topics.some((name) => !hasFix(world, fixNamed(world, name), stable));
  const member = { minor, atLeast: `${head}-internal0`, composedOn, stable, topics, built: false };
  return { fixes: topics, members: missing ? [member] : [] };
}

function stableOf(world: World, minor: string): PerProject<Commit> {
  return perProject((project) => must(world.canonical[project].stable.get(minor), `${minor} stable`));
}

function isLive(world: World, number: string): boolean {
  const { state } = versionOf(world, number);
  return state !== 'burned' && state !== 'withdrawn';
}

/** Whether a member is still what it would be made today. A fix that was disclosed meanwhile may stay in it. */
function stands(
  world: World,
  member: Member,
  wanted: { readonly composedOn?: string; readonly topics: readonly string[] },
): boolean {
  if (member.composedOn !== wanted.composedOn) return false;
  if (member.number !== undefined && !isLive(world, member.number)) return false;
  const mayStay = (name: string): boolean => wanted.topics.includes(name) || isOpen(fixNamed(world, name));
  return wanted.topics.every((name) => member.topics.includes(name)) && member.topics.every(mayStay);
}

function owedBy(
  world: World,
  { name, owing }: { readonly name: string; readonly owing: readonly string[] },
): readonly string[] {
  const { affects } = fixNamed(world, name);
  return world.rules.obligationsOf({ fix: name, affects }, { owing });
}

/** What may be disclosed of what a release holds: sealed still, and built on nothing that stays secret. */
function disclosable(world: World, release: Pick<Release, 'fixes' | 'pulled'>): readonly string[] {
  const topics = world.fixes.map(({ name, builtOn }) => ({ embargo: name, builtOn }));
  const disclosed = world.fixes.filter(isOpen).map(({ name }) => name);
  let unit = release.fixes.filter(
    (name) => !release.pulled.has(name) && fixNamed(world, name).state === 'sealed',
  );
  while (world.rules.entanglementVerdict({ unit, topics, disclosed }).verdict !== 'pass') {
    const known = new Set([...unit, ...disclosed]);
    unit = unit.filter((name) => world.rules.disclosedWith([name], topics).every((each) => known.has(each)));
  }
  return unit;
}

/** What people have to do first: owners write what is owed, operators bring it to their systems. */
function withPeople(world: World, plan: Planned): Draft {
  const { fixes, members, owing } = plan;
  for (const fix of fixes.map((name) => fixNamed(world, name))) {
    const line = owedBy(world, { name: fix.name, owing }).find((minor) => !hasTopic(fix, minor));
    if (line !== undefined) return { fixes, members, waits: { for: 'owner', fix: fix.name, line } };
    if (!isCovered(world, fix, plan)) return { fixes, members, waits: { for: 'approval' } };
    const systems = systemsWithout(world, fix);
    if (systems.length > 0) {
      return { fixes, members, waits: { for: 'operators', fix: fix.name, systems } };
    }
  }
  return { fixes, members };
}

interface Planned {
  readonly fixes: readonly string[];
  readonly members: readonly Member[];
  readonly owing: readonly string[];
}

/** A minor gets the fix with a version of this release, or on its stable branch when nothing of it is out. */
function isCovered(world: World, fix: Fix, { members, owing }: Planned): boolean {
  const inMembers = members.filter(({ topics }) => topics.includes(fix.name)).map(({ minor }) => minor);
  const born = unreleasedMinors(world).filter((minor) => hasTopic(fix, minor));
  const affected = { fix: fix.name, affects: fix.affects };
  const fixed = [...inMembers, ...born];
  return world.rules.coverageVerdict(affected, { owing, fixed }).verdict === 'pass';
}
