import type { Law } from '../checks';
import { awaitedBy, foreignIn } from './awaited';
import type { EngineWorld } from './engine-world';
import type { WrittenFix } from './people';
import { gitAt, PRODUCT } from './planted-product';
import type { DrivenRelease } from './releases';

/**
 * What must never be, read from repositories with plain git, from the tables with plain SQL, and from Temporal's own histories.
 * Nothing here asks a function of ours what is true.
 */
export interface EngineViolation {
  readonly law: Law;
  readonly sentence: string;
}

/** What the checks remember of a history. */
export interface EngineBook {
  /** `gitaly refs/tags/v18.6.1` → what it was first seen at. */
  readonly tags: Map<string, string>;
  /** Tags that people have made. */
  readonly byHand: Set<string>;
  readonly fixes: WrittenFix[];
}

export function openBook(): EngineBook {
  return { tags: new Map(), byHand: new Set(), fixes: [] };
}

interface Looked {
  readonly world: EngineWorld;
  readonly book: EngineBook;
}

/** After each step. */
export async function checkNow({ world, book }: Looked): Promise<EngineViolation | undefined> {
  // Objects first: whatever is public was allowed to be by then, so the state that is read later must say so.
  const shown = await Promise.all(
    PRODUCT.map(async ({ name }) => [name, await publicObjects({ world, book }, name)] as const),
  );
  const states = await statesOf(world);
  for (const fix of book.fixes) {
    const state = states.get(fix.embargo) ?? 'unknown';
    if (state === 'disclosing' || state === 'disclosed') continue;
    const place = shown.find(([project, there]) =>
      (fix.objects[project] ?? []).some((object) => there.has(object)),
    );
    if (place === undefined) continue;
    const sentence = `Fix ${fix.name} is ${state}, and commits or files of it are in the public repository of ${place[0]}.`;
    return { law: 'no secret is public', sentence };
  }
  return checkTags({ world, book });
}

/** Every object database is asked for every object that is embargoed, whether a ref leads there or not. */
async function publicObjects({ world, book }: Looked, project: string): Promise<ReadonlySet<string>> {
  const asked = book.fixes.flatMap(({ objects }) => objects[project] ?? []);
  if (asked.length === 0) return new Set();
  return objectsIn(repositoryOf(world, project, 'canonical'), asked);
}

async function objectsIn(path: string, asked: readonly string[]): Promise<ReadonlySet<string>> {
  const told = await gitAt(path, ['cat-file', '--batch-check=%(objectname)'], `${asked.join('\n')}\n`);
  return new Set(told.split('\n').filter((row) => !row.endsWith(' missing')));
}

/** That the look finds a secret where it is allowed to be. */
export async function findsSecretsOnSecurity({ world, book }: Looked): Promise<boolean> {
  for (const { objects } of book.fixes) {
    for (const [project, asked] of Object.entries(objects)) {
      const there = await objectsIn(repositoryOf(world, project, 'security'), asked);
      if (asked.some((object) => !there.has(object))) return false;
    }
  }
  return true;
}

async function checkTags({ world, book }: Looked): Promise<EngineViolation | undefined> {
  for (const { name: project } of PRODUCT) {
    for (const [ref, object] of await tagsOf(world, project)) {
      const place = `${project} ${ref}`;
      const first = book.tags.get(place) ?? object;
      book.tags.set(place, first);
      if (first !== object)
        return { law: 'no number twice', sentence: `${place} was ${first} and is ${object} now.` };
    }
  }
  return undefined;
}

async function tagsOf(world: EngineWorld, project: string): Promise<readonly (readonly [string, string])[]> {
  const format =
    '--format=%(refname:short) %(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)';
  const told = await gitAt(repositoryOf(world, project, 'canonical'), ['for-each-ref', format, 'refs/tags/']);
  return told
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => [row.split(' ')[0] ?? '', row.split(' ')[1] ?? ''] as const);
}

interface AtEnd extends Looked {
  readonly releases: readonly DrivenRelease[];
}

/** When every release has come to its end. */
export async function checkEnd(end: AtEnd): Promise<EngineViolation | undefined> {
  const now = await checkNow(end);
  return (
    now ??
    (await checkNumbers(end)) ??
    (await checkSuperset(end)) ??
    (await checkPromises(end)) ??
    (await checkWaits(end))
  );
}

/** A number has one owner, in the tables and in the tags' own words; a burned one is not public. */
async function checkNumbers({ world, book }: AtEnd): Promise<EngineViolation | undefined> {
  const rows = await rowsOf<{ number: string; state: string; release: string }>(
    world,
    "SELECT number, state, release FROM versions WHERE line = 'product'",
  );
  for (const { name: project } of PRODUCT) {
    for (const [tag] of await tagsOf(world, project)) {
      if (book.byHand.has(`${project} ${tag}`)) continue;
      const row = rows.find(({ number }) => `v${number}` === tag);
      if (row === undefined) continue;
      const words = await gitAt(repositoryOf(world, project, 'canonical'), [
        'tag',
        '--list',
        '--format=%(contents)',
        tag,
      ]);
      if (!words.includes(`Signalbox-Key: ${row.release}/`))
        return {
          law: 'no number twice',
          sentence: `${tag} of ${project} is not of ${row.release}, which has ${row.number}.`,
        };
      if (row.state === 'burned')
        return {
          law: 'a burned version is never public',
          sentence: `${row.number} is burned, and public in ${project}.`,
        };
    }
  }
  return undefined;
}

/** In each minor a later version contains the earlier. */
async function checkSuperset({ world, book }: AtEnd): Promise<EngineViolation | undefined> {
  for (const { name: project } of PRODUCT) {
    const path = repositoryOf(world, project, 'canonical');
    const finals = await finalsOf({ world, book }, project);
    const pairs = finals.flatMap((later) =>
      finals
        .filter((earlier) => earlier.minor === later.minor && earlier.patch < later.patch)
        .map((earlier) => ({ later: later.tag, earlier: earlier.tag })),
    );
    for (const { later, earlier } of pairs) {
      if (await contains(path, { head: later, commit: earlier })) continue;
      const sentence = `${later} of ${project} is out without what ${earlier} has.`;
      return { law: 'a later version contains the earlier', sentence };
    }
  }
  return undefined;
}

interface Final {
  readonly tag: string;
  readonly minor: string;
  readonly patch: number;
}

/** What the engine has published, and what was out before. */
async function finalsOf({ world, book }: Looked, project: string): Promise<readonly Final[]> {
  return (await tagsOf(world, project)).flatMap(([tag]) => {
    const [, minor, patch] = /^v(\d+\.\d+)\.(\d+)$/.exec(tag) ?? [];
    if (minor === undefined || patch === undefined || book.byHand.has(`${project} ${tag}`)) return [];
    return [{ tag, minor, patch: Number(patch) }];
  });
}

/** A fix that is disclosed is on the default branch, on every stable branch that is maintained, and in its newest version. */
async function checkPromises({ world, book }: AtEnd): Promise<EngineViolation | undefined> {
  const states = await statesOf(world);
  for (const fix of book.fixes) {
    if (states.get(fix.embargo) !== 'disclosed') continue;
    for (const project of fix.projects) {
      for (const place of placesOwed(await finalsOf({ world, book }, project))) {
        if (await hasFile(repositoryOf(world, project, 'canonical'), { place, file: fix.file })) continue;
        const sentence = `Fix ${fix.name} is disclosed, and ${place} of ${project} is without it.`;
        return { law: 'every version promised has the fix', sentence };
      }
    }
  }
  return undefined;
}

function placesOwed(finals: readonly Final[]): readonly string[] {
  const minors = [...new Set(finals.map(({ minor }) => minor))].toSorted().toReversed().slice(0, 2);
  const newest = minors.flatMap((minor) => {
    const ofMinor = finals.filter((one) => one.minor === minor);
    return ofMinor.toSorted((left, right) => right.patch - left.patch).at(0)?.tag ?? [];
  });
  return ['master', ...minors.map((minor) => `${minor.replace('.', '-')}-stable`), ...newest];
}

async function hasFile(
  path: string,
  { place, file }: { readonly place: string; readonly file: string },
): Promise<boolean> {
  return (await gitAt(path, ['ls-tree', '--name-only', place, file])) === file;
}

async function contains(
  path: string,
  { head, commit }: { readonly head: string; readonly commit: string },
): Promise<boolean> {
  return (await gitAt(path, ['rev-list', '--max-count=1', commit, '--not', head])) === '';
}

/** Temporal's histories of a release and of its versions name whatever was waited for. */
async function checkWaits({ world, releases }: AtEnd): Promise<EngineViolation | undefined> {
  for (const { who, handle } of releases) {
    const [found] = foreignIn(handle.workflowId, await awaitedBy(world.house.client, handle.workflowId));
    if (found === undefined) continue;
    return { law: 'no release awaits another', sentence: `${who} waits for ${found.what} ${found.of}.` };
  }
  return undefined;
}

async function statesOf(world: EngineWorld): Promise<ReadonlyMap<string, string>> {
  const rows = await rowsOf<{ id: string; state: string }>(world, 'SELECT id, state FROM embargoes');
  return new Map(rows.map(({ id, state }) => [id, state]));
}

async function rowsOf<T extends object>(world: EngineWorld, statement: string): Promise<readonly T[]> {
  return (await world.tables.query<T>(statement)).rows;
}

function repositoryOf(world: EngineWorld, project: string, side: 'canonical' | 'security'): string {
  const found = PRODUCT.find(({ name }) => name === project);
  if (found === undefined) throw new Error(`${project} is planted`);
  return world.repository(found, side);
}
