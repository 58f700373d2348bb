import type { ClosedRelease, PublicationClaim, ReleaseEffects } from '../../activities/effects';
import { fixesIn } from '../../domain/embargo/disclosed-fix';
import type { ReleaseSettings } from '../../domain/release/release';
import { unitOf } from '../support/records';
import type { OutsideWorld } from './outside-world';

/** Patches of a product, step by step, without an engine. */
export interface Patches {
  readonly settings: ReleaseSettings;
  /** Closed, and tagged on the private sides. */
  cut(release: string, minors: readonly string[]): Promise<ClosedRelease>;
  claim(release: string, closed: ClosedRelease, effects?: ReleaseEffects): Promise<PublicationClaim>;
  /** Claimed, and on canonical. */
  publish(release: string, closed: ClosedRelease): Promise<void>;
  /** As that, and to its end: the default branch has its fixes, and their embargoes are over. */
  disclose(release: string, closed: ClosedRelease): Promise<void>;
}

export function patchesOf(world: OutsideWorld, settings: ReleaseSettings): Patches {
  const { effects } = world;
  const of = (release: string) => ({ release, kind: 'patch' as const, settings });
  const stepsOf = (release: string, { versions, at: closedAt }: ClosedRelease) =>
    versions.flatMap(({ version, projects }) =>
      projects.map((plan) => {
        const project = world.project(plan.project);
        return { ...of(release), project, plan, version, closedAt };
      }),
    );

  async function cut(release: string, minors: readonly string[]): Promise<ClosedRelease> {
    const closed = await effects.closeRelease({ ...of(release), cut: { patch: minors } });
    for (const step of stepsOf(release, closed)) await effects.tagProject({ ...step, pinned: [] });
    return closed;
  }
  function claim(release: string, closed: ClosedRelease, by = effects): Promise<PublicationClaim> {
    const fixes = fixesIn(closed.versions);
    return by.claimPublication({ ...of(release), versions: numbersOf(closed), fixes });
  }
  async function publish(release: string, closed: ClosedRelease): Promise<void> {
    await claim(release, closed);
    for (const step of stepsOf(release, closed)) {
      const tagged = await effects.tagProject({ ...step, pinned: [] });
      await effects.publishRefs({ ...step, tagged, pinned: [] });
    }
    await world.records.publication.markPublished(unitOf(release, numbersOf(closed)));
  }
  return {
    settings,
    cut,
    claim,
    publish,
    disclose: async (release, closed) => {
      await publish(release, closed);
      await effects.discloseFixes({ ...of(release), fixes: fixesIn(closed.versions), at: closed.at });
    },
  };
}

export function numbersOf({ versions }: ClosedRelease): readonly string[] {
  return versions.map(({ version }) => version);
}
