import { condition, isCancellation } from '@temporalio/workflow';
import type { ClosedRelease } from '../activities/effects';
import type { RecutDecision } from './release.messages';
import type { VersionUnit } from './version-unit';

/** @param after version of the unit that the new one comes after; absent for one in the place of another */
export type CutAgain = (minors: readonly string[], after?: string) => Promise<ClosedRelease>;

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
    const { unit } = this;
    if (unit.isGoingPublic || unit.isPublic)
      return 'Its versions are public or about to be; from here on the only way is forward.';
    if (unit.isClaiming)
      return 'It is comparing its versions with what there is now, and cuts again what has moved.';
    const open = unit.unpublished.map(({ minor }) => minor);
    if (open.length === 0) return 'Its lists are not frozen yet; it takes what is there when it closes.';
    const strange = minors?.find((minor) => !open.includes(minor));
    return strange === undefined ? undefined : `It has no version of ${strange}; it has ${open.join(', ')}.`;
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
          );
      }
    } catch (error) {
      // An abort takes back what there is, in whatever state.
      if (!isCancellation(error)) throw error;
    }
  }
}
