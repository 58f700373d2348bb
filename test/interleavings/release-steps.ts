import { contains, commitOn, compose, pushPublic } from './repositories';
import { draftOf, headOfMinor, windowNow } from './drafts';
import { borrowedFixes, carryOut, claimUnit, isFinished } from './publication';
import { offer, systemsWithout } from './systems';
import {
  fixNamed,
  must,
  perProject,
  PROJECTS,
  reach,
  versionOf,
  type Commit,
  type Member,
  type PerProject,
  type Release,
  type Step,
  type Version,
  type Waited,
  type World,
} from './world';

/** What a step leaves in the memory of its process. It is lost when the process dies right after its effects. */
export type Remembered = () => void;

const STEPS: Readonly<Record<Step, (world: World, release: Release) => Remembered>> = {
  plan,
  tag,
  build: (_world, release) => () => waitFor(release, { for: 'pipeline' }),
  approve: (_world, release) => () => waitFor(release, { for: 'approval' }),
  calendar: (_world, release) => () => waitFor(release, { for: 'calendar' }),
  claim: (world, release) => (release.kind === 'internal' ? handOver(world, release) : claim(world, release)),
  publish,
  ended: () => () => undefined,
};

export function takeStep(world: World, release: Release): Remembered {
  return STEPS[release.step](world, release);
}

function waitFor(release: Release, waits: Waited): void {
  release.waits = waits;
  release.waited.add(waits.for);
}

function plan(world: World, release: Release): Remembered {
  const others = world.releases.filter((other) => other !== release && other.step !== 'ended');
  const [other] = others;
  if (world.habits.letsOthersEnd && other !== undefined && release.kind === 'monthly') {
    return () => waitFor(release, { for: 'release', id: other.id });
  }
  if (release.kind === 'monthly') bearBranch(world, must(release.minor, 'minor'));
  const draft = draftOf(world, release);
  noteRecomposed(world, { release, members: draft.members });
  burnLeft(world, { release, members: draft.members });
  const basis = basisNow(world, draft.members);
  return () => {
    release.fixes = draft.fixes;
    release.members = draft.members;
    release.basis = basis;
    if (draft.waits === undefined) release.step = stepAfter(release);
    else waitFor(release, draft.waits);
  };
}

/** The stable branch of a minor begins at what production ran. Every fix whose hole is there is owed from now on. */
function bearBranch(world: World, minor: string): void {
  if (world.canonical.gitlab.stable.has(minor)) return;
  const base = must(world.rules.monthlyBase(world.production), 'package in production');
  const run = must(
    world.production.find(({ package: made }) => made.commits === base),
    'run',
  );
  const commits =
    world.habits.cutsFrom === 'composition' ? run.of.commits : perProject((project) => Number(base[project]));
  for (const project of PROJECTS) {
    if (!pushPublic(world, { project, commit: commits[project], plan: 'stable branch', line: minor })) return;
  }
  for (const project of PROJECTS) world.canonical[project].stable.set(minor, commits[project]);
  for (const fix of world.fixes) {
    fix.affects = world.rules.affectsAfterBirth({ fix: fix.name, affects: fix.affects }, minor);
  }
  world.registry += 1;
  world.noted.push({ what: 'born', minor, commits });
  world.story?.push(`The stable branch of ${minor} is born from ${run.of.name}.`);
}

function basisNow(world: World, members: readonly Member[]) {
  const heads = Object.fromEntries(members.map(({ minor }) => [minor, headOfMinor(world, minor) ?? 'none']));
  return { window: windowNow(world), heads, registry: world.registry };
}

function stepAfter(release: Release): Step {
  const { members } = release;
  if (members.length === 0) return 'ended';
  if (members.some(({ number }) => number === undefined)) return 'tag';
  if (members.some(({ built }) => !built)) return 'build';
  if (!release.approved) return 'approve';
  return release.kind === 'monthly' && !release.due ? 'calendar' : 'claim';
}

function noteRecomposed(
  world: World,
  { release, members }: { readonly release: Release; readonly members: readonly Member[] },
): void {
  if (release.kind === 'internal') return;
  for (const { minor, composedOn } of members) {
    const before = release.members.find((member) => member.minor === minor);
    if (before?.number === undefined || before.composedOn === composedOn || composedOn === undefined)
      continue;
    if (versionOf(world, composedOn).release === release.id) continue;
    world.noted.push({ what: 'recomposed', release: release.id, minor, on: composedOn });
    reach(world, 'a version was composed again for a foreign publication');
  }
}

/** Numbers that are in no member any more. */
function burnLeft(
  world: World,
  { release, members }: { readonly release: Release; readonly members: readonly Member[] },
): void {
  for (const version of world.versions) {
    if (version.release !== release.id || !['reserved', 'tagged', 'built'].includes(version.state)) continue;
    if (members.some(({ number }) => number === version.number)) continue;
    burn(world, version);
  }
}

export function burn(world: World, version: Version): void {
  version.state = 'burned';
  reach(world, 'a number was burned');
  world.story?.push(`${version.release}: the number ${version.number} is burned.`);
}

/** A number is taken at the moment of its tag, and not before. */
function tag(world: World, release: Release): Remembered {
  const member = release.members.find(({ number }) => number === undefined);
  if (member === undefined)
    return () => {
      release.step = stepAfter(release);
    };
  const number = reserve(world, { release, member });
  const version = versionOf(world, number);
  const commits = composeVersion(world, { release, member, number });
  version.commits = commits;
  if (version.state === 'reserved') version.state = 'tagged';
  world.noted.push({ what: 'tagged', number, release: release.id, commits });
  world.story?.push(`${release.id}: ${number} is tagged in private${contentWords(member)}.`);
  return () => {
    member.number = number;
    release.step = stepAfter(release);
  };
}

function contentWords({ composedOn, topics }: Member): string {
  const on = composedOn === undefined ? '' : ` on ${composedOn}`;
  return topics.length === 0 ? on : `${on} with ${topics.join(' and ')}`;
}

function reserve(
  world: World,
  { release, member }: { readonly release: Release; readonly member: Member },
): string {
  const { minor, atLeast, composedOn } = member;
  const taken = world.versions.filter((version) => version.minor === minor);
  const number = world.rules.reservedNumber({ release: release.id, atLeast, taken });
  if (!taken.some((version) => version.number === number && version.release === release.id)) {
    world.versions.push({
      line: 'product',
      number,
      minor,
      state: 'reserved',
      release: release.id,
      productVersion: number,
      ...(composedOn === undefined ? {} : { composedOn }),
    });
  }
  return number;
}

function composeVersion(
  world: World,
  {
    release,
    member,
    number,
  }: { readonly release: Release; readonly member: Member; readonly number: string },
): PerProject<Commit> {
  const { composedOn, stable, topics, minor } = member;
  const below = composedOn === undefined ? undefined : versionOf(world, composedOn).commits;
  const reverted =
    world.habits.pullsBy === 'reverting' && release.pulled.size > 0
      ? lastTagged(world, { release, minor })
      : undefined;
  return perProject((project) => {
    const base = reverted?.[project] ?? below?.[project] ?? stable[project];
    const merged = [
      stable[project],
      ...topics.flatMap((name) => fixNamed(world, name).topics.get(`${project} ${minor}`) ?? []),
    ];
    const content = compose(world, { key: `content of ${number}`, base, merged });
    return stamp(world, { key: `${number} of ${project}`, on: content });
  });
}

function lastTagged(world: World, { release, minor }: { readonly release: Release; readonly minor: string }) {
  return world.versions.findLast(
    (version) => version.release === release.id && version.minor === minor && version.state === 'burned',
  )?.commits;
}

/** The commit that writes the version into the tree: the same for the same content. */
function stamp(world: World, { key, on }: { readonly key: string; readonly on: Commit }): Commit {
  const place = `${key} on ${on}`;
  const commit =
    (world.habits.composesTheSameTwice ? world.compositions.get(place) : undefined) ?? commitOn(world, [on]);
  world.compositions.set(place, commit);
  return commit;
}

function mayClaim(world: World, release: Release): boolean {
  const numbers = release.members.map(({ number }) => must(number, 'number'));
  const now = basisNow(world, release.members);
  if (world.rules.basisVerdict({ planned: must(release.basis, 'basis'), now }).verdict !== 'pass')
    return false;
  const unit = { release: release.id, versions: numbers, registered: world.versions };
  if (world.rules.overtakenVersions(unit).length > 0) return false;
  if (!numbers.every((number) => followsHead(world, number))) return false;
  if (world.habits.judgesSystems === 'at planning') return true;
  return release.fixes.every((name) => systemsWithout(world, fixNamed(world, name)).length === 0);
}

function followsHead(world: World, number: string): boolean {
  const version = versionOf(world, number);
  const head = headOfMinor(world, version.minor);
  if (head === undefined) return world.rules.supersetVerdict({ version: number }).verdict === 'pass';
  const commits = must(version.commits, `commits of ${number}`);
  const below = must(versionOf(world, head).commits, `commits of ${head}`);
  const containsHead = PROJECTS.every((project) => contains(world, commits[project], below[project]));
  return world.rules.supersetVerdict({ version: number, head, containsHead }).verdict === 'pass';
}

function claim(world: World, release: Release): Remembered {
  // Claimed before it died: its own claim is no foreign fact.
  if (!world.plans.has(release.id) || !world.habits.findsItsClaim) {
    if (!mayClaim(world, release)) {
      reach(world, 'a claim was refused because a fact had moved');
      world.story?.push(`${release.id}: something moved, so it plans again.`);
      return () => {
        release.step = 'plan';
      };
    }
    claimUnit(world, release);
    const numbers = release.members.map(({ number }) => number).join(', ');
    world.story?.push(
      `${release.id} claims ${numbers}${release.fixes.length === 0 ? '' : `, and the disclosure of ${release.fixes.join(' and ')} begins`}.`,
    );
  }
  return () => {
    release.step = 'publish';
  };
}

/** An internal version is claimed and handed over at once; nothing of it is public. */
function handOver(world: World, release: Release): Remembered {
  const [member] = release.members;
  const number = must(member?.number, 'number');
  const version = versionOf(world, number);
  const unit = { release: release.id, versions: [number], registered: world.versions };
  if (version.state !== 'published' && world.rules.overtakenVersions(unit).length > 0) {
    return () => {
      release.step = 'plan';
    };
  }
  version.state = 'published';
  const tenant = must(
    world.systems.find(({ name }) => name === 'tenant'),
    'tenant',
  );
  const commits = must(version.commits, 'commits');
  reach(world, 'an internal version was handed over');
  const taken = offer(world, tenant, { name: number, line: version.minor, commits });
  world.story?.push(
    `${release.id}: ${number} is handed over, and the tenant ${taken ? 'runs it' : 'is not offered it'}.`,
  );
  return () => {
    release.step = 'ended';
  };
}

function publish(world: World, release: Release): Remembered {
  const own = must(world.plans.get(release.id), `plan of ${release.id}`);
  const claims = { registered: world.versions, borrowed: borrowedFixes(world) };
  const below = world.rules
    .unfinishedPublications(release.id, claims)
    .flatMap((id) => world.plans.get(id) ?? [])
    .find((claimed) => !isFinished(world, claimed));
  if (below !== undefined) {
    if (world.habits.meetsAClaim === 'waits for it') {
      return () => waitFor(release, { for: 'release', id: below.release });
    }
    if (world.habits.meetsAClaim === 'carries it out') {
      reach(world, 'a release carried on what another had claimed');
      world.story?.push(`${release.id} needs what ${below.release} has claimed, and carries it on.`);
      carryOut(world, below);
    }
    return () => undefined;
  }
  if (carryOut(world, own)) return () => undefined;
  return () => {
    release.step = 'ended';
    world.story?.push(`${release.id} has ended.`);
  };
}
