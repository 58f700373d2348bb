import type { House } from './history';
import { commitOn } from './repositories';
import { composePackage, migrateProduction, runInProduction } from './systems';
import { PROJECTS, perProject, type Canonical, type World } from './world';

/** Minors that are out when a history begins, oldest first. */
export const FIRST_MINORS = ['18.4', '18.5', '18.6'] as const;

/** Three minors are out, production runs a package and a tenant the newest version; nothing is secret, nothing is in flight. */
export function newWorld({ rules, habits }: House): World {
  const world: World = {
    rules,
    habits,
    now: 0,
    histories: [],
    parents: [],
    canonical: perProject(emptyCanonical),
    fixes: [],
    registry: 0,
    versions: [],
    out: new Map(),
    exceptions: [],
    releases: [],
    plans: new Map(),
    packages: [],
    production: [],
    systems: [],
    compositions: new Map(),
    noted: [],
    pushes: [],
    reached: new Map(),
  };
  for (const project of PROJECTS) world.canonical[project].default = commitOn(world, []);
  for (const [index, minor] of FIRST_MINORS.entries()) publishFirst(world, { minor, index });
  const first = composePackage(
    world,
    perProject((project) => world.canonical[project].default),
  );
  runInProduction(world, first);
  migrateProduction(world);
  const newest = world.versions.at(-1)?.commits ?? first.commits;
  world.systems.push(
    { name: 'gprd', line: 'default', runs: first, floor: { system: 'gprd', fixes: [] } },
    { name: 'cell-1', line: 'default', runs: first, floor: { system: 'cell-1', fixes: [] } },
    {
      name: 'tenant',
      line: '18.6',
      runs: { name: '18.6.0', commits: newest },
      floor: { system: 'tenant', fixes: [] },
    },
  );
  for (const project of PROJECTS) {
    const canonical = world.canonical[project];
    for (const commit of [canonical.default, ...canonical.stable.values()]) {
      canonical.objects |= world.histories[commit] ?? 0n;
    }
  }
  return world;
}

function emptyCanonical(): Canonical {
  return { default: 0, stable: new Map(), tags: new Map(), objects: 0n };
}

function publishFirst(
  world: World,
  { minor, index }: { readonly minor: string; readonly index: number },
): void {
  const number = `${minor}.0`;
  const commits = perProject((project) => {
    const canonical = world.canonical[project];
    const branch = commitOn(world, [canonical.default]);
    canonical.default = commitOn(world, [canonical.default]);
    canonical.stable.set(minor, branch);
    canonical.tags.set(number, branch);
    return branch;
  });
  world.out.set(minor, new Date(Date.UTC(2026, 6 + index, 16)).toISOString());
  world.versions.push({
    line: 'product',
    number,
    minor,
    state: 'published',
    release: `monthly:${minor}`,
    productVersion: number,
    commits,
  });
}
