import { condition, isCancellation } from '@temporalio/workflow';
import type { ClosedRelease } from '../activities/effects';
import { recutRefusal } from '../domain/release/unit-refusals';
import type { RecutDecision } from './release.messages';
import type { VersionUnit } from './version-unit';

/** @param after version of the unit that the new one comes after; absent for one in the place of another */
export type CutAgain = (minors: readonly string[], after?: string) => Promise<ClosedRelease>;

/** Everybody reads it: who or what it was for would tell a fix that was taken out from what was merged since. */
export function cutAgainSentence(minors: readonly string[]): string {
  return `${minors.join(', ')}: cut again from what there is now, under other numbers.`;
}

/**
 * Minors whose versions somebody wants cut again from what there is now, before they are claimed. What is wanted before the
 * versions are under way waits until they are: until then a claim would find it anyway.
 */
export class RecutWishes {
  private wanted: readonly string[] = [];
  private following: Promise<void> = Promise.resolve();

  constructor(private readonly unit: VersionUnit) {}

  get arePending(): boolean {
    return this.wanted.length > 0;
  }

  /** Once what is being cut again is cut, or given up. */
  ended(): Promise<void> {
    return this.following;
  }

  /** What stands against it; undefined where nothing does. */
  refusal({ minors }: Pick<RecutDecision, 'minors'>): string | undefined {
    const open = this.unit.unpublished.map(({ minor }) => minor);
    return recutRefusal(minors, { ...this.unit.standing, open });
  }

  /** @returns the minors that are cut again */
  add({ minors }: Pick<RecutDecision, 'minors'>): readonly string[] {
    const all = minors ?? this.unit.unpublished.map(({ minor }) => minor);
    this.wanted = [...new Set([...this.wanted, ...all])];
    return all;
  }

  /** Fulfils wishes for as long as the walk lasts; whoever waits for the versions waits for the new ones. */
  follow(cutAgain: CutAgain): void {
    this.following = this.fulfil(cutAgain);
  }

  private async fulfil(cutAgain: CutAgain): Promise<void> {
    try {
      for (;;) {
        await condition(() => this.arePending);
        const minors = this.wanted;
        this.wanted = [];
        const lost = this.unit.unpublished.filter(({ minor }) => minors.includes(minor));
        if (lost.length > 0)
          await this.unit.replace(
            lost.map(({ version }) => version),
            cutAgain,
            { isTold: true },
          );
      }
    } catch (error) {
      // An abort takes back what there is, in whatever state.
      if (!isCancellation(error)) throw error;
    }
  }
}
