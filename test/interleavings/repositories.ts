import {
  fixNamed,
  must,
  type Commit,
  type Fix,
  type History,
  type PerProject,
  type Project,
  type PublicPush,
  type World,
} from './world';

export function historyOf(world: World, commit: Commit): History {
  return must(world.histories[commit], `commit ${commit}`);
}

export function commitOn(world: World, parents: readonly Commit[]): Commit {
  const commit = world.histories.length;
  let history = 1n << BigInt(commit);
  for (const parent of parents) history |= historyOf(world, parent);
  world.histories.push(history);
  world.parents.push(parents);
  return commit;
}

/** A merge is made once for its recipe; where nothing is merged, it is the base itself. */
export function compose(
  world: World,
  recipe: { readonly key: string; readonly base: Commit; readonly merged: readonly Commit[] },
): Commit {
  const open = recipe.merged.filter((commit) => !contains(world, recipe.base, commit));
  if (open.length === 0) return recipe.base;
  const key = `${recipe.key} ${recipe.base} ${open.join('+')}`;
  const known = world.habits.composesTheSameTwice ? world.compositions.get(key) : undefined;
  const commit = known ?? commitOn(world, [recipe.base, ...open]);
  world.compositions.set(key, commit);
  return commit;
}

export function merge(world: World, base: Commit, merged: Commit): Commit {
  return compose(world, { key: 'merge', base, merged: [merged] });
}

export function contains(world: World, commit: Commit, other: Commit): boolean {
  return (historyOf(world, commit) & (1n << BigInt(other))) !== 0n;
}

/** Whether a fix is in these commits: in every project that it spans. */
export function hasFix(world: World, fix: Fix, commits: PerProject<Commit>): boolean {
  return fix.projects.every((project) => (historyOf(world, commits[project]) & fix.objects[project]) !== 0n);
}

/** Fixes of which anything at all is in a commit. */
export function fixesIn(world: World, project: Project, commit: Commit): readonly Fix[] {
  const history = historyOf(world, commit);
  return world.fixes.filter((fix) => (history & fix.objects[project]) !== 0n);
}

/** Every public push passes the gate, which judges the objects that would become public by it. */
export function pushPublic(world: World, push: Omit<PublicPush, 'fresh' | 'isLet'>): boolean {
  const { project, commit, plan } = push;
  const canonical = world.canonical[project];
  const fresh = historyOf(world, commit) & ~canonical.objects;
  const hidden = world.fixes.find((fix) => {
    if ((fresh & fix.objects[project]) === 0n) return false;
    const embargo = { state: fix.state, ...(fix.plan === undefined ? {} : { plan: fix.plan }) };
    return !world.rules.mayShow(embargo, plan);
  });
  world.pushes.push({ ...push, fresh, isLet: hidden === undefined });
  if (hidden !== undefined) {
    world.noted.push({ what: 'refused', plan, fix: hidden.name });
    return false;
  }
  canonical.objects |= fresh;
  return true;
}

/** Commit of a fix on a line: its topic there. */
export function topicOf(world: World, { fix, project, line }: TopicPlace): Commit | undefined {
  return fixNamed(world, fix).topics.get(`${project} ${line}`);
}

interface TopicPlace {
  readonly fix: string;
  readonly project: Project;
  readonly line: string;
}

/** Somebody writes the fix for a line, on top of what is public there or of the topic that it is built on. */
export function writeTopic(world: World, fix: Fix, line: string): void {
  for (const project of fix.projects) {
    const key = `${project} ${line}`;
    if (fix.topics.has(key)) continue;
    const canonical = world.canonical[project];
    const root = line === 'default' ? canonical.default : must(canonical.stable.get(line), `${line} stable`);
    const below = fix.builtOn.flatMap((name) => topicOf(world, { fix: name, project, line }) ?? []);
    const head = commitOn(world, below.length === 0 ? [root] : below);
    fix.topics.set(key, head);
    fix.objects[project] |= 1n << BigInt(head);
  }
}

export function hasTopic(fix: Fix, line: string): boolean {
  return fix.projects.every((project) => fix.topics.has(`${project} ${line}`));
}
