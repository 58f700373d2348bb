import type { BorrowedFix } from '../../domain/version/unfinished-publications';
import {
  instant,
  fixNamed,
  must,
  PROJECTS,
  reach,
  versionOf,
  type PreparedPlan,
  type Release,
  type World,
} from './world';
import { hasTopic, fixesIn, merge, pushPublic } from './repositories';
import { unreleasedMinors, windowNow } from './drafts';

/** The numbers are the release's from now on, and what it discloses is being disclosed. */
export function claimUnit(world: World, release: Release): void {
  const planned = release.members.map(({ number }) => must(number, 'number'));
  const tagged = world.versions.filter(
    (version) => version.release === release.id && version.commits !== undefined,
  );
  const numbers =
    world.habits.publishes === 'the claimed unit' ? planned : tagged.map(({ number }) => number);
  for (const version of numbers.map((number) => versionOf(world, number))) {
    if (version.state !== 'burned') version.state = 'publishing';
    if (!world.out.has(version.minor)) world.out.set(version.minor, instant(world));
  }
  const unreleased = unreleasedMinors(world);
  world.plans.set(release.id, { release: release.id, numbers, fixes: release.fixes, unreleased });
  reachClaim(world, release);
  world.noted.push({ what: 'claimed', release: release.id, numbers: planned });
  if (world.habits.disclosureBegins === 'with the claim') beginDisclosure(world, release.id);
}

function reachClaim(world: World, release: Release): void {
  const { kind, fixes, members, opening } = release;
  const minors = members.map(({ minor }) => minor);
  if (kind === 'monthly' && members.length > 1) reach(world, 'X.Y.1 came out in the unit of X.Y.0');
  if (kind === 'monthly' && fixes.length > 0) reach(world, 'X.Y.0 disclosed a fix of its own');
  if (kind === 'monthly') return;
  const maintained = windowNow(world);
  if (minors.some((minor) => !opening.includes(minor)))
    reach(world, 'a patch covered a minor that came out since it opened');
  if (fixes.length > 0 && minors.some((minor) => !maintained.includes(minor)))
    reach(world, 'a patch covered a minor that left the window since it opened');
  if (fixes.some((name) => fixNamed(world, name).builtOn.some((below) => fixes.includes(below))))
    reach(world, 'a fix was disclosed with one that it is built on');
  if (members.some(({ topics }) => topics.some((name) => !fixes.includes(name))))
    reach(world, 'a minor got a fix that was disclosed before');
}

function beginDisclosure(world: World, release: string): void {
  for (const fix of must(world.plans.get(release), `plan of ${release}`).fixes.map((name) =>
    fixNamed(world, name),
  )) {
    if (fix.state !== 'sealed') continue;
    fix.state = 'disclosing';
    fix.plan = release;
    world.registry += 1;
  }
}

/** The next thing of a plan that is not done yet, whoever does it. @returns false when nothing is left */
export function carryOut(world: World, plan: PreparedPlan): boolean {
  beginDisclosure(world, plan.release);
  return publishNext(world, plan) || discloseNext(world, plan);
}

function publishNext(world: World, plan: PreparedPlan): boolean {
  for (const number of plan.numbers) {
    const version = versionOf(world, number);
    const commits = must(version.commits, `commits of ${number}`);
    const project = PROJECTS.find((each) => !world.canonical[each].tags.has(number));
    if (project === undefined) {
      if (version.state === 'publishing') {
        version.state = 'published';
        reach(world, 'a version came out');
      }
      continue;
    }
    const canonical = world.canonical[project];
    const stable = merge(world, must(canonical.stable.get(version.minor), 'stable'), commits[project]);
    if (pushPublic(world, { project, commit: stable, plan: plan.release, line: version.minor })) {
      canonical.stable.set(version.minor, stable);
      canonical.tags.set(number, commits[project]);
      world.story?.push(`${plan.release}: ${number} of ${project} is public.`);
    } else {
      world.story?.push(`${plan.release}: the gate does not let ${number} of ${project} out.`);
    }
    return true;
  }
  return false;
}

/** Topics go to the branches that are public: the default branch, and stable branches of which nothing is out. */
function discloseNext(world: World, plan: PreparedPlan): boolean {
  for (const fix of plan.fixes.map((name) => fixNamed(world, name))) {
    if (fix.state !== 'disclosing') continue;
    const lines = ['default', ...plan.unreleased.filter((minor) => fix.affects.includes(minor))];
    for (const line of lines.filter((each) => hasTopic(fix, each))) {
      for (const project of fix.projects) {
        const canonical = world.canonical[project];
        const branch = line === 'default' ? canonical.default : must(canonical.stable.get(line), 'stable');
        const merged = merge(world, branch, must(fix.topics.get(`${project} ${line}`), 'topic'));
        if (merged === branch) continue;
        if (!pushPublic(world, { project, commit: merged, plan: plan.release, line })) return true;
        if (line === 'default') canonical.default = merged;
        else canonical.stable.set(line, merged);
        world.story?.push(
          `${plan.release}: ${fix.name} is merged into ${line === 'default' ? 'the default branch' : `the stable branch of ${line}`} of ${project}.`,
        );
        return true;
      }
    }
    fix.state = 'disclosed';
    reach(
      world,
      fix.exceptions.size === 0
        ? 'a fix was on every managed system before its disclosure'
        : 'a fix was disclosed with systems named as exceptions',
    );
    world.registry += 1;
    world.story?.push(`${fix.name} is disclosed.`);
    return true;
  }
  return false;
}

/** Fixes whose disclosure is another release's, in what a claimed release shows: its versions, and the topics that it merges. */
export function borrowedFixes(world: World): readonly BorrowedFix[] {
  return [...world.plans.values()].flatMap((plan) =>
    shownBy(world, plan).flatMap(({ project, commit }) =>
      fixesIn(world, project, commit)
        .filter((fix) => fix.state === 'disclosing' && fix.plan !== plan.release)
        .map((fix) => ({ release: plan.release, fix: fix.name, plan: fix.plan ?? '' })),
    ),
  );
}

function shownBy(world: World, { numbers, fixes }: PreparedPlan) {
  const versions = numbers.map((number) => versionOf(world, number));
  const heads = fixes.map((name) => fixNamed(world, name)).filter(({ state }) => state === 'disclosing');
  return PROJECTS.flatMap((project) => [
    ...versions
      .filter(({ state }) => state === 'publishing')
      .map(({ commits }) => ({ project, commit: must(commits, 'commits')[project] })),
    ...heads.flatMap(({ topics }) =>
      [...topics].filter(([place]) => place.startsWith(project)).map(([, commit]) => ({ project, commit })),
    ),
  ]);
}

export function isFinished(world: World, plan: PreparedPlan): boolean {
  const isOut = (number: string): boolean =>
    PROJECTS.every((project) => world.canonical[project].tags.has(number)) &&
    versionOf(world, number).state !== 'publishing';
  return (
    plan.numbers.every(isOut) && plan.fixes.every((name) => fixNamed(world, name).state !== 'disclosing')
  );
}
