import { isMirroredRef, mirrorSides } from '../../domain/mirror/mirrored-ref';
import type { Project } from '../../domain/project';
import type { Mirror, Side } from './mirror';
import { linesOf } from './run-git';

/** A ref as one side has it. */
export interface RefFound {
  readonly object: string;
  /** The commit, peeled. */
  readonly commit: string;
}

/** Mirrored refs of every side, by full name. */
export type SidesRead = Readonly<Partial<Record<Side, ReadonlyMap<string, RefFound>>>>;

/**
 * Mirrored refs as they are on all sides right now, one question to each. Canonical is asked last: whatever reaches the others
 * comes from it, so a push in between makes them look behind, which is mended, and never ahead, which would be told.
 */
export async function readMirroredRefs(
  mirror: Mirror,
  { project, refs }: { readonly project: Project; readonly refs?: readonly string[] },
): Promise<SidesRead> {
  const sides = await Promise.all(
    mirrorSides(project).map(
      async (side) => [side, await readSide(mirror, { project, side, refs })] as const,
    ),
  );
  const canonical = await readSide(mirror, { project, side: 'canonical', refs });
  return { ...Object.fromEntries(sides), canonical };
}

interface Reading {
  readonly project: Project;
  readonly side: Side;
  readonly refs: readonly string[] | undefined;
}

async function readSide(
  mirror: Mirror,
  { project, side, refs }: Reading,
): Promise<ReadonlyMap<string, RefFound>> {
  const url = mirror.urlOf(side);
  const asked =
    refs === undefined ? ['--heads', '--tags', url] : [url, ...refs.flatMap((ref) => [ref, `${ref}^{}`])];
  const rows = linesOf(await mirror.remote(['ls-remote', ...asked])).map((line) => line.split('\t'));
  const peeled = new Map(
    rows.flatMap(([object = '', ref = '']) => (ref.endsWith('^{}') ? [[ref.slice(0, -3), object]] : [])),
  );
  const found = new Map<string, RefFound>();
  for (const [object = '', ref = ''] of rows) {
    // Git matches a name that is asked for with the end of any longer one.
    if (ref.endsWith('^{}') || (refs !== undefined && !refs.includes(ref))) continue;
    if (isMirroredRef(project, ref)) found.set(ref, { object, commit: peeled.get(ref) ?? object });
  }
  return found;
}
