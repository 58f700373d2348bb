import type { Transition } from '../../domain/release/release';
import type { TestRelease } from './workflow-house';

/** The lines that the release itself has recorded, in order. */
export function linesOf({ id, script }: TestRelease): readonly Transition[] {
  return [...(script.recorded().get(id) ?? [])].toSorted((left, right) => left.ordinal - right.ordinal);
}

/** Milestones, side states and notes that the release itself has recorded, in order. */
export function recordOf(release: TestRelease): readonly string[] {
  return linesOf(release).map(({ to }) => to);
}

/** Every workflow of the release has counted its lines from 1 on, and each was written once. */
export function expectWholeRecord({ script }: TestRelease): void {
  for (const lines of script.recorded().values()) {
    const ordinals = lines.map(({ ordinal }) => ordinal).toSorted((left, right) => left - right);
    expect(ordinals).toEqual(ordinals.map((_, index) => index + 1));
  }
}
