import type { Random } from '../../sandbox/seed/random';
import type { Happening } from './happenings';
import { linesOf, openFixes } from './happenings';
import { hasTopic } from './repositories';
import { PROJECTS, type Release, type World } from './world';

type Choice = readonly [
  weight: number,
  draw: (world: World, random: Random, turn: Turn) => Happening | undefined,
];

/** Which release runs while others stand still for a while: where all run evenly, few overtake one another. */
export interface Turn {
  favourite?: string;
}

/** Releases in flight at once. */
const MOST_RELEASES = 4;
const MOST_FIXES = 4;
const LETTERS = ['A', 'B', 'C', 'D'] as const;

/** How often what happens. Steps of releases most of all, for they are what is interleaved. */
const CHOICES: readonly Choice[] = [
  [60, stepOf],
  [7, startOf],
  [4, findOf],
  [6, writeOf],
  [4, sealOf],
  [8, packagesOf],
  [4, changeOf],
  [1, withdrawOf],
  [2, pullOf],
  [2, abortOf],
  [1, mistakeOf],
  [1, () => ({ do: 'nightly' })],
  [2, updateOf],
  [1, exceptOf],
  [1, (_world, random) => ({ do: 'pass', hours: random.between(1, 48) })],
];
const TOTAL = CHOICES.reduce((sum, [weight]) => sum + weight, 0);

export function nextHappening(
  world: World,
  { random, turn }: { readonly random: Random; readonly turn: Turn },
): Happening | undefined {
  let at = random.next() * TOTAL;
  for (const [weight, draw] of CHOICES) {
    at -= weight;
    if (at < 0) return draw(world, random, turn);
  }
  return undefined;
}

function unended(world: World): readonly Release[] {
  return world.releases.filter(({ step }) => step !== 'ended');
}

function stepOf(world: World, random: Random, turn: Turn): Happening | undefined {
  const releases = unended(world);
  if (releases.length === 0) return startOf(world, random);
  const { favourite } = turn;
  const stays = releases.some(({ id }) => id === favourite) && random.next() < 0.93;
  if (!stays) turn.favourite = random.pick(releases).id;
  const who = random.next() < 0.25 ? random.pick(releases).id : (turn.favourite ?? '');
  const luck = random.next();
  if (luck < 0.1) return { do: 'step', who, dies: true };
  return luck < 0.13 ? { do: 'step', who, fails: true } : { do: 'step', who };
}

function startOf(world: World, random: Random): Happening | undefined {
  const releases = unended(world);
  if (releases.length >= MOST_RELEASES) return undefined;
  const kind = random.pick(['monthly', 'patch', 'patch', 'critical', 'internal'] as const);
  return STARTS[kind](world, random);
}

const STARTS = {
  monthly: (world: World): Happening | undefined => {
    if (unended(world).some((release) => release.kind === 'monthly')) return undefined;
    const minor = `18.${4 + world.out.size}`;
    return { do: 'start', who: `monthly ${minor} (${countOf(world)})`, kind: 'monthly', minor };
  },
  patch: (world: World): Happening => ({ do: 'start', who: `patch ${countOf(world)}`, kind: 'patch' }),
  critical: (world: World, random: Random): Happening | undefined => {
    const sealed = world.fixes.filter(({ state }) => state === 'sealed');
    if (sealed.length === 0) return undefined;
    const fix = random.pick(sealed).name;
    return { do: 'start', who: `critical patch ${countOf(world)}`, kind: 'patch', fix };
  },
  internal: (world: World): Happening | undefined => {
    const minor = world.systems.find(({ name }) => name === 'tenant')?.line;
    return minor === undefined
      ? undefined
      : { do: 'start', who: `internal ${countOf(world)}`, kind: 'internal', minor };
  },
};

function countOf(world: World): number {
  return world.releases.length + 1;
}

function findOf(world: World, random: Random): Happening | undefined {
  const letter = LETTERS[world.fixes.length];
  if (letter === undefined || world.fixes.length >= MOST_FIXES) return undefined;
  const all = [...new Set(linesOf(world))];
  const some = all.filter(() => random.next() < 0.6);
  const lines = random.next() < 0.6 || some.length === 0 ? all : some;
  const projects = random.pick([['gitaly'], ['gitlab'], PROJECTS] as const);
  const below = openFixes(world);
  const on = below.length > 0 && random.next() < 0.3 ? { on: random.pick(below).name } : {};
  return { do: 'find', fix: `fix ${letter}`, projects, lines, ...on };
}

function writeOf(world: World, random: Random): Happening | undefined {
  const fixes = openFixes(world).filter((fix) => fix.affects.some((line) => !hasTopic(fix, line)));
  if (fixes.length === 0) return undefined;
  const fix = random.pick(fixes);
  const missing = fix.affects.filter((line) => !hasTopic(fix, line));
  const lines = random.next() < 0.7 ? missing : [random.pick(missing)];
  return { do: 'write', fix: fix.name, lines };
}

function sealOf(world: World, random: Random): Happening | undefined {
  const ready = world.fixes.filter(
    (fix) => fix.state === 'opened' && fix.affects.every((line) => hasTopic(fix, line)),
  );
  return ready.length === 0 ? undefined : { do: 'seal', fix: random.pick(ready).name };
}

function packagesOf(world: World, random: Random): Happening {
  const usual = world.composing === undefined ? 'read' : 'compose';
  const what = random.pick([
    usual,
    'compose',
    'promote',
    'promote',
    'cell',
    'migrate',
    'roll back',
    'return',
    'join',
  ] as const);
  return { do: 'packages', what };
}

function changeOf(world: World, random: Random): Happening {
  const lines = linesOf(world).filter(() => random.next() < 0.5);
  return { do: 'change', project: random.pick(PROJECTS), lines: lines.length === 0 ? ['default'] : lines };
}

function withdrawOf(world: World, random: Random): Happening | undefined {
  const fixes = openFixes(world);
  return fixes.length === 0 ? undefined : { do: 'withdraw', fix: random.pick(fixes).name };
}

function pullOf(world: World, random: Random): Happening | undefined {
  const holding = unended(world).filter(({ fixes }) => fixes.length > 0);
  if (holding.length === 0) return undefined;
  const release = random.pick(holding);
  return { do: 'pull', who: release.id, fix: random.pick(release.fixes) };
}

function abortOf(world: World, random: Random): Happening | undefined {
  const releases = unended(world);
  const claimed = releases.filter(({ id }) => world.plans.has(id));
  const some = claimed.length > 0 && random.next() < 0.5 ? claimed : releases;
  return some.length === 0 ? undefined : { do: 'abort', who: random.pick(some).id };
}

function mistakeOf(world: World, random: Random): Happening | undefined {
  const fixes = openFixes(world).filter(({ topics }) => topics.size > 0);
  if (fixes.length === 0) return undefined;
  const fix = random.pick(fixes);
  return {
    do: 'mistake',
    fix: fix.name,
    project: random.pick(fix.projects),
    line: random.pick(fix.affects),
  };
}

function updateOf(world: World, random: Random): Happening | undefined {
  const published = world.versions.filter(({ state }) => state === 'published');
  return { do: 'update', number: random.pick(published).number };
}

function exceptOf(world: World, random: Random): Happening | undefined {
  return { do: 'except', minor: random.pick([...world.out.keys()]), hours: random.between(5, 60) };
}
