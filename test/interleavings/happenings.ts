import { isOpen, unreleasedMinors, windowAtOpening, windowNow } from './drafts';
import { burn, takeStep } from './release-steps';
import { commitOn, hasTopic, pushPublic, writeTopic } from './repositories';
import {
  composePackage,
  migrateProduction,
  offer,
  packageBefore,
  rollBackProduction,
  runInProduction,
} from './systems';
import {
  fixNamed,
  instantAt,
  must,
  perProject,
  PROJECTS,
  reach,
  released,
  type Fix,
  type Project,
  type Release,
  type Waited,
  type World,
} from './world';

/** One thing that happens. It names whom it concerns, so that a history means the same with others left out. */
export type Happening =
  /** The release takes its next step, or gets the answer that it waits for; `dies`: it dies right after the effects of the step. */
  | { readonly do: 'step'; readonly who: string; readonly dies?: boolean; readonly fails?: boolean }
  | {
      readonly do: 'find';
      readonly fix: string;
      readonly projects: readonly Project[];
      readonly lines: readonly string[];
      readonly on?: string;
    }
  | { readonly do: 'write'; readonly fix: string; readonly lines: readonly string[] }
  | { readonly do: 'seal'; readonly fix: string }
  | { readonly do: 'withdraw'; readonly fix: string }
  | {
      readonly do: 'start';
      readonly who: string;
      readonly kind: Release['kind'];
      readonly minor?: string;
      readonly fix?: string;
    }
  | { readonly do: 'pull'; readonly who: string; readonly fix: string }
  | { readonly do: 'abort'; readonly who: string }
  | { readonly do: 'change'; readonly project: Project; readonly lines: readonly string[] }
  | { readonly do: 'packages'; readonly what: PackageStep }
  | { readonly do: 'mistake'; readonly fix: string; readonly project: Project; readonly line: string }
  | { readonly do: 'nightly' }
  | { readonly do: 'update'; readonly number: string }
  | { readonly do: 'except'; readonly minor: string; readonly hours: number }
  | { readonly do: 'pass'; readonly hours: number };

type PackageStep = 'read' | 'compose' | 'promote' | 'cell' | 'migrate' | 'roll back' | 'return' | 'join';

type Of<Do extends Happening['do']> = Extract<Happening, { readonly do: Do }>;

const HAPPEN: { readonly [Do in Happening['do']]: (world: World, happening: Of<Do>) => boolean } = {
  step,
  find,
  write,
  seal,
  withdraw,
  start,
  pull,
  abort,
  change,
  packages: (world, { what }) => PACKAGE_STEPS[what](world),
  mistake,
  nightly,
  update,
  except,
  pass: (world, { hours }) => {
    world.now += hours;
    world.story?.push(`${hours} hours pass.`);
    return true;
  },
};

/** @returns false when it could not happen: whom it concerns is not there, or not so far */
export function happen(world: World, happening: Happening): boolean {
  const act = HAPPEN[happening.do] as (world: World, happening: Happening) => boolean;
  world.now += 1;
  const happened = act(world, happening);
  // What does not happen takes no time, or the same history without it would be another one.
  if (!happened) world.now -= 1;
  return happened;
}

function step(world: World, { who, dies, fails }: Of<'step'>): boolean {
  const release = released(world, who);
  if (release === undefined || release.step === 'ended') return false;
  if (release.waits !== undefined) return answer(world, { release, fails: fails === true });
  const before = world.story?.length;
  const at = release.step;
  const remember = takeStep(world, release);
  if (dies === true && at === 'claim' && world.plans.has(who)) reach(world, 'a release died after its claim');
  if (dies === true && at === 'publish') reach(world, 'a release died amid its publication');
  if (dies === true) world.story?.push(`${who} dies right after this (${at}), and will do it again.`);
  else remember();
  if (before === world.story?.length) world.story?.push(stepWords(release, at));
  return true;
}

function stepWords(release: Release, at: Release['step']): string {
  const { id, members, waits } = release;
  if (waits !== undefined) return `${id} waits for ${waitWords(waits)}.`;
  if (at !== 'plan') return `${id} goes on from ${at}.`;
  if (members.length === 0) return `${id} has nothing to release and ends.`;
  const planned = members.map(({ minor, number }) => number ?? `a version of ${minor}`);
  return `${id} plans ${planned.join(', ')}.`;
}

const WAIT_WORDS = { pipeline: 'its packages', approval: 'an approval', calendar: 'its date' } as const;

function waitWords(waits: Waited): string {
  if (waits.for === 'release') return waits.id;
  if (waits.for === 'owner') return `the owner of ${waits.fix} to write it for ${waits.line}`;
  if (waits.for !== 'operators') return WAIT_WORDS[waits.for];
  return `the operators of ${waits.systems.join(' and ')} to bring ${waits.fix} there or to name an exception`;
}

/** Whoever is waited for answers. What is waited for of another release nobody can answer. */
function answer(
  world: World,
  { release, fails }: { readonly release: Release; readonly fails: boolean },
): boolean {
  const { waits } = release;
  if (waits === undefined || waits.for === 'release') return letGo(world, release);
  delete release.waits;
  switch (waits.for) {
    case 'pipeline':
      built(world, { release, fails });
      break;
    case 'approval':
      release.approved = true;
      release.step = release.kind === 'monthly' ? 'calendar' : 'plan';
      world.story?.push(`${release.id} is approved.`);
      break;
    case 'calendar':
      release.due = true;
      release.step = 'plan';
      world.story?.push(`The date of ${release.id} has come.`);
      break;
    case 'owner':
      writeTopic(world, fixNamed(world, waits.fix), waits.line);
      world.story?.push(`The owner of ${waits.fix} writes it for ${waits.line}.`);
      break;
    case 'operators':
      for (const system of waits.systems) fixNamed(world, waits.fix).exceptions.add(system);
      world.story?.push(
        `${waits.systems.join(' and ')} may stay without ${waits.fix}: an exception is named.`,
      );
  }
  return true;
}

function letGo(world: World, release: Release): boolean {
  const { waits } = release;
  const other = waits?.for === 'release' ? released(world, waits.id) : undefined;
  if (other !== undefined && other.step !== 'ended') return false;
  delete release.waits;
  return true;
}

function built(
  world: World,
  { release, fails }: { readonly release: Release; readonly fails: boolean },
): void {
  const [first] = release.members;
  const version = world.versions.find(({ number }) => number === first?.number);
  if (fails && version !== undefined) {
    world.story?.push(`${release.id}: the packages of ${version.number} are broken.`);
    burn(world, version);
    release.step = 'plan';
    return;
  }
  for (const member of release.members) member.built = true;
  for (const row of world.versions)
    if (row.release === release.id && row.state === 'tagged') row.state = 'built';
  release.step = release.approved ? 'plan' : 'approve';
  world.story?.push(`${release.id}: its packages are built.`);
}

function find(world: World, { fix: name, projects, lines, on }: Of<'find'>): boolean {
  if (world.fixes.some((fix) => fix.name === name)) return false;
  const builtOn = on === undefined || !world.fixes.some((fix) => fix.name === on) ? [] : [on];
  const known = lines.filter((line) => line === 'default' || world.canonical.gitlab.stable.has(line));
  if (known.length === 0) return false;
  world.fixes.push({
    name,
    projects,
    affects: known,
    hole: known,
    state: 'opened',
    topics: new Map(),
    objects: perProject(() => 0n),
    builtOn,
    exceptions: new Set(),
  });
  world.registry += 1;
  const below = builtOn.length === 0 ? '' : `, built on ${builtOn.join()}`;
  world.story?.push(
    `A hole is found in ${projects.join(' and ')} on ${known.join(', ')}; ${name} is to close it${below}.`,
  );
  return true;
}

function write(world: World, { fix: name, lines }: Of<'write'>): boolean {
  const fix = world.fixes.find((each) => each.name === name);
  if (fix === undefined || fix.state === 'withdrawn' || fix.state === 'disclosed') return false;
  const missing = lines.filter((line) => fix.affects.includes(line) && !hasTopic(fix, line));
  if (missing.length === 0) return false;
  for (const line of missing) writeTopic(world, fix, line);
  world.registry += 1;
  world.story?.push(`${name} is written for ${missing.join(', ')}.`);
  return true;
}

function seal(world: World, { fix: name }: Of<'seal'>): boolean {
  const fix = world.fixes.find((each) => each.name === name);
  if (fix?.state !== 'opened' || !fix.affects.every((line) => hasTopic(fix, line))) return false;
  fix.state = 'sealed';
  world.registry += 1;
  world.story?.push(`${name} is sealed.`);
  return true;
}

function withdraw(world: World, { fix: name }: Of<'withdraw'>): boolean {
  const fix = world.fixes.find((each) => each.name === name);
  if (fix === undefined || (fix.state !== 'opened' && fix.state !== 'sealed')) return false;
  fix.state = 'withdrawn';
  world.registry += 1;
  world.story?.push(`${name} is withdrawn: it stays a secret, and nobody needs it.`);
  return true;
}

function start(world: World, { who, kind, minor, fix }: Of<'start'>): boolean {
  if (released(world, who) !== undefined) return false;
  if (kind === 'monthly' && (minor === undefined || world.out.has(minor))) return false;
  if (kind === 'internal' && (minor === undefined || !world.out.has(minor))) return false;
  const sealed = world.fixes.filter(({ state }) => state === 'sealed').map(({ name }) => name);
  const topics = world.fixes.map(({ name, builtOn }) => ({ embargo: name, builtOn }));
  const wanted = fix === undefined ? sealed : world.rules.disclosedWith([fix], topics);
  if (fix !== undefined && !sealed.includes(fix)) return false;
  world.releases.push({
    id: who,
    kind,
    ...(minor === undefined ? {} : { minor }),
    opening: windowAtOpening(world),
    pulled: new Set(),
    step: 'plan',
    fixes: wanted.filter((name) => sealed.includes(name)),
    members: [],
    approved: kind === 'internal',
    due: false,
    waited: new Set(),
  });
  world.story?.push(`${who} opens${fix === undefined ? '' : ` for ${fix}`}.`);
  return true;
}

/** A claimed unit is no longer changed, nor one that was handed over. The records know, whatever its process forgot. */
function isClaimed(world: World, who: string): boolean {
  return (
    world.plans.has(who) ||
    world.versions.some(({ release, state }) => release === who && state === 'published')
  );
}

function pull(world: World, { who, fix }: Of<'pull'>): boolean {
  const release = released(world, who);
  if (release === undefined || release.step === 'ended' || isClaimed(world, who)) return false;
  if (!release.fixes.includes(fix)) return false;
  release.pulled.add(fix);
  if (release.members.some(({ number, topics }) => number !== undefined && topics.includes(fix))) {
    reach(world, 'a fix was pulled after its tag');
  }
  release.step = 'plan';
  delete release.waits;
  world.story?.push(`${fix} is pulled out of ${who}.`);
  return true;
}

function abort(world: World, { who }: Of<'abort'>): boolean {
  const release = released(world, who);
  if (release === undefined || release.step === 'ended') return false;
  const mine = world.versions.filter((row) => row.release === who && row.state !== 'burned');
  const numbers = mine.map(({ number }) => number);
  const verdict = world.rules.burnVerdict({
    release: who,
    versions: numbers,
    reason: 'aborted by ada',
    publicBytes: numbers.some((number) =>
      PROJECTS.some((project) => world.canonical[project].tags.has(number)),
    ),
    disclosing: world.fixes
      .filter((fix) => fix.state === 'disclosing' && fix.plan === who)
      .map(({ name }) => name),
    registered: world.versions,
  });
  if (verdict.verdict !== 'pass') return false;
  world.story?.push(`${who} is aborted.`);
  const claimed = mine.filter(({ state }) => state === 'publishing');
  for (const version of mine) burn(world, version);
  world.plans.delete(who);
  for (const { minor } of claimed) forgetMinor(world, minor);
  if (claimed.length > 0) {
    world.noted.push({ what: 'unclaimed', release: who, numbers });
    reach(world, 'a claim was taken back');
  }
  delete release.waits;
  release.step = 'ended';
  return true;
}

/** A minor whose first version was claimed and then burned is not out. */
function forgetMinor(world: World, minor: string): void {
  const isOut = world.versions.some(
    (version) => version.minor === minor && (version.state === 'publishing' || version.state === 'published'),
  );
  if (!isOut) world.out.delete(minor);
}

/** A public change: merged on the default branch and picked to stable branches. */
function change(world: World, { project, lines }: Of<'change'>): boolean {
  const canonical = world.canonical[project];
  for (const line of lines) {
    const branch = line === 'default' ? canonical.default : canonical.stable.get(line);
    if (branch === undefined) continue;
    const commit = commitOn(world, [branch]);
    if (!pushPublic(world, { project, commit, plan: 'public change', line })) continue;
    if (line === 'default') canonical.default = commit;
    else canonical.stable.set(line, commit);
  }
  world.story?.push(`A public change of ${project} is merged on ${lines.join(', ')}.`);
  return true;
}

const PACKAGE_STEPS: Readonly<Record<PackageStep, (world: World) => boolean>> = {
  read: (world) => {
    world.composing = perProject((project) => world.canonical[project].default);
    world.story?.push('The next package begins: the default branches are read.');
    return true;
  },
  compose: (world) => {
    if (world.composing === undefined) return false;
    const made = composePackage(world, world.composing);
    delete world.composing;
    world.story?.push(`${made.name} is composed of them with the open topics.`);
    return true;
  },
  promote: (world) => {
    const newest = must(world.packages.at(-1), 'package');
    const production = systemNamed(world, 'gprd');
    if (newest.name === production.runs.name) return false;
    const taken = offer(world, production, { ...newest, line: 'default' });
    if (taken) runInProduction(world, newest);
    world.story?.push(`${newest.name} is ${taken ? 'promoted to production' : 'not offered to production'}.`);
    return true;
  },
  cell: (world) => {
    const newest = must(world.packages.at(-1), 'package');
    const cell = systemNamed(world, 'cell-1');
    if (newest.name === cell.runs.name) return false;
    const taken = offer(world, cell, { ...newest, line: 'default' });
    world.story?.push(`${newest.name} is ${taken ? 'deployed to' : 'not offered to'} cell-1.`);
    return true;
  },
  migrate: (world) => {
    if (!migrateProduction(world)) return false;
    world.story?.push('Its post-deploy migrations run in production.');
    return true;
  },
  'roll back': (world) => {
    const production = systemNamed(world, 'gprd');
    const before = packageBefore(world);
    if (before === undefined) return false;
    const taken = rollBackProduction(world, { system: production, before });
    world.story?.push(`Production is ${taken ? '' : 'not '}rolled back to ${before.name}.`);
    return true;
  },
  return: (world) => {
    const old = must(world.packages[0], 'package');
    const cell = systemNamed(world, 'cell-1');
    if (cell.runs.name === old.name) return false;
    const taken = offer(world, cell, { ...old, line: 'default' });
    world.story?.push(`cell-1 ${taken ? 'returns' : 'may not return'} from quarantine with ${old.name}.`);
    return true;
  },
  join: (world) => {
    if (world.systems.some(({ name }) => name === 'cell-2')) return false;
    const old = must(world.packages[0], 'package');
    world.systems.push({
      name: 'cell-2',
      line: 'default',
      runs: old,
      floor: { system: 'cell-2', fixes: [] },
    });
    world.story?.push(`cell-2 joins with ${old.name}.`);
    return true;
  },
};

function systemNamed(world: World, name: string) {
  return must(
    world.systems.find((system) => system.name === name),
    name,
  );
}

/** In a hurry somebody pushes a topic to canonical. */
function mistake(world: World, { fix: name, project, line }: Of<'mistake'>): boolean {
  const topic = world.fixes.find((fix) => fix.name === name)?.topics.get(`${project} ${line}`);
  if (topic === undefined || isOpen(fixNamed(world, name))) return false;
  const isLet = pushPublic(world, { project, commit: topic, plan: 'mistake', line });
  if (!isLet) reach(world, 'the gate refused a mistake');
  world.story?.push(
    `Somebody pushes ${name} to ${project} of canonical by mistake${isLet ? '' : '; the gate refuses it'}.`,
  );
  return true;
}

function nightly(world: World): boolean {
  const newest = must(world.packages.at(-1), 'package');
  for (const project of PROJECTS) {
    const commit =
      world.habits.nightlyFrom === 'canonical' ? world.canonical[project].default : newest.commits[project];
    pushPublic(world, { project, commit, plan: 'nightly', line: 'default' });
  }
  world.story?.push('The nightly packages are built.');
  return true;
}

/** The tenant is offered a version. */
function update(world: World, { number }: Of<'update'>): boolean {
  const version = world.versions.find((each) => each.number === number && each.state === 'published');
  const tenant = systemNamed(world, 'tenant');
  if (version?.commits === undefined || tenant.runs.name === number) return false;
  const taken = offer(world, tenant, { name: number, line: version.minor, commits: version.commits });
  world.story?.push(`The tenant is ${taken ? 'updated to' : 'not offered'} ${number}.`);
  return true;
}

function except(world: World, { minor, hours }: Of<'except'>): boolean {
  if (!world.out.has(minor)) return false;
  world.exceptions.push({
    minor,
    from: instantAt(world.now),
    until: instantAt(world.now + hours),
    approvedBy: 'lin',
    reason: 'asked',
  });
  world.story?.push(`An exception keeps ${minor} maintained for ${hours} hours.`);
  return true;
}

/** What a generator may choose from. */
export function linesOf(world: World): readonly string[] {
  return ['default', ...unreleasedMinors(world), ...windowNow(world)];
}

export function openFixes(world: World): readonly Fix[] {
  return world.fixes.filter(({ state }) => state === 'opened' || state === 'sealed');
}
