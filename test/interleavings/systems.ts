import type { SettledFixes } from '../../domain/version/fix-floor';
import { compose, hasFix } from './repositories';
import type { Commit, Fix, Package, PerProject, System, World } from './world';
import { instant, perProject, reach } from './world';

export interface Offered {
  readonly name: string;
  readonly line: string;
  readonly commits: PerProject<Commit>;
}

function isSettled(
  world: World,
  { fix, offered }: { readonly fix: Fix; readonly offered: Offered },
): boolean {
  return !fix.affects.includes(offered.line) || hasFix(world, fix, offered.commits);
}

function settledBy(world: World, offered: Offered): SettledFixes {
  const settles = world.fixes.filter((fix) => isSettled(world, { fix, offered })).map(({ name }) => name);
  return { package: offered.name, settles };
}

/** Promotion, rollback, update and return from quarantine are all offers. */
export function offer(world: World, system: System, offered: Offered): boolean {
  const withdrawn = world.fixes.filter(({ state }) => state === 'withdrawn').map(({ name }) => name);
  const running = settledBy(world, { ...system.runs, line: system.line });
  const floor = world.rules.floorAfter(system.floor, { runs: running, withdrawn });
  const wanted = settledBy(world, offered);
  if (world.rules.floorVerdict(floor, { offered: wanted, withdrawn }).verdict !== 'pass') {
    reach(world, 'the fix floor refused a package');
    return false;
  }
  system.line = offered.line;
  system.runs = offered;
  system.floor = world.rules.floorAfter(floor, { runs: wanted, withdrawn });
  return true;
}

/** Who lacks a fix and is not named as an exception. */
export function systemsWithout(world: World, fix: Fix): readonly string[] {
  const systems = world.systems.map(({ name, line, runs }) => ({
    system: name,
    runs: { package: runs.name, settled: isSettled(world, { fix, offered: { ...runs, line } }) },
  }));
  const exceptions = [...fix.exceptions].map((system) => ({
    system,
    approvedBy: 'mo',
    reason: 'asked',
    until: '2100-01-01T00:00:00.000Z',
  }));
  const { verdict } = world.rules.onManagedSystemsVerdict({ fix: fix.name, systems, exceptions });
  if (verdict === 'pass') return [];
  return systems
    .filter(({ system, runs }) => !runs.settled && !fix.exceptions.has(system))
    .map(({ system }) => system);
}

/** The topics that are composed onto a public commit. */
function openTopics(world: World, base: PerProject<Commit>): readonly Fix[] {
  return world.fixes.filter(
    (fix) =>
      fix.state !== 'withdrawn' &&
      fix.projects.every((project) => fix.topics.has(`${project} default`)) &&
      // Whatever the registry says by now: the commits were read before.
      !hasFix(world, fix, base),
  );
}

export function composePackage(world: World, base: PerProject<Commit>): Package {
  const topics = openTopics(world, base);
  const commits = perProject((project) =>
    compose(world, {
      key: 'package',
      base: base[project],
      merged: topics.flatMap((fix) => fix.topics.get(`${project} default`) ?? []),
    }),
  );
  const made = { name: `package ${world.packages.length + 1}`, base, commits };
  world.packages.push(made);
  return made;
}

/** Production runs a package from now on. */
export function runInProduction(world: World, of: Package): void {
  const commits = perProject((project) => String(of.base[project]));
  world.production.push({ of, package: { package: of.name, commits, topics: [] } });
}

export function migrateProduction(world: World): boolean {
  const run = world.production.at(-1);
  if (run === undefined || run.migratedAt !== undefined || run.rolledBackAt !== undefined) return false;
  world.production[world.production.length - 1] = { ...run, migratedAt: instant(world) };
  return true;
}

/** The package that production may go back to: the one before, unless migrations of this one ran. */
export function packageBefore(world: World): Package | undefined {
  const run = world.production.at(-1);
  if (run === undefined || run.migratedAt !== undefined || run.rolledBackAt !== undefined) return undefined;
  return world.production.findLast(({ of, rolledBackAt }) => of !== run.of && rolledBackAt === undefined)?.of;
}

export function rollBackProduction(
  world: World,
  { system, before }: { readonly system: System; readonly before: Package },
): boolean {
  const run = world.production.at(-1);
  if (run === undefined || !offer(world, system, { ...before, line: 'default' })) return false;
  world.production[world.production.length - 1] = { ...run, rolledBackAt: instant(world) };
  return true;
}
