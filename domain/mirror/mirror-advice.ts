import { refWords, tagOf, type MirroredState } from './mirrored-ref';

/**
 * What a person may decide about a difference. `follow`: security and build get what canonical has, and what they lose is kept
 * on a branch. `leave`: it may differ, until it changes.
 */
export type ResolveWay = 'follow' | 'leave';

export interface Difference {
  readonly ref: string;
  readonly state: MirroredState;
  /** Whether canonical has the ref. */
  readonly isOnCanonical: boolean;
  /** Whether a release has reserved the name. */
  readonly isClaimed: boolean;
}

/** The decisions that make sense. A branch that goes on cannot be left: it would differ anew with every push. */
export function waysOf({ ref, state, isOnCanonical, isClaimed }: Difference): readonly ResolveWay[] {
  if (state === 'refused') return [];
  // Nothing on canonical is ours to change, and the release's own tag may be on another side.
  if (isClaimed) return ['leave'];
  return tagOf(ref) !== undefined || !isOnCanonical ? ['follow', 'leave'] : ['follow'];
}

/** What to do about a difference, one step a line, as Markdown. */
export function adviceOn(difference: Difference, project: string): readonly string[] {
  const { ref, state } = difference;
  const what = refWords(ref);
  const command = (way: ResolveWay): string =>
    `\`signalbox mirror resolve ${project} ${ref} --way ${way} --reason "…"\``;
  const decisions = waysOf(difference).map((way) =>
    way === 'follow'
      ? `${command('follow')} sets security and build to what canonical has; commits that would be lost are kept on a branch \`mirror-kept/…\`.`
      : `${command('leave')} lets it differ until it changes.`,
  );
  return [...(STEPS[state]?.(what) ?? []), ...decisions];
}

const STEPS: Readonly<Partial<Record<MirroredState, (what: string) => readonly string[]>>> = {
  refused: (what) => [
    `Let the release bot push to the ${what} on that side: it has to be among those who may push to it. Nothing else is needed; it is tried again at every look.`,
  ],
  ahead: movedByHand,
  diverged: movedByHand,
  rewritten: (what) => [
    `Find out who rewrote the ${what} on canonical, and why. What it was has been public and still can be fetched by its SHA.`,
    'If that was a mistake, push what it was back to canonical; then everything agrees again by itself.',
  ],
  deleted: (what) => [
    `Find out who deleted the ${what} on canonical, and why.`,
    'If that was a mistake, push it to canonical again; then everything agrees again by itself.',
  ],
  stray: (what) => [
    `Find out who made the ${what}. Nothing mirrored is made on security or build; a number is reserved by a release.`,
  ],
  collision: (what) => [
    `Find out who made the ${what} by hand. Until one of the two is gone no release gets past this name.`,
    'If it is wrong on canonical, it has to be removed there by a maintainer: what was public stays public, and no mirror changes canonical.',
  ],
};

function movedByHand(what: string): readonly string[] {
  return [
    `Find out who pushed to the ${what} there. What is not public yet belongs on a topic of its own, never on a mirrored branch.`,
    'If these commits may be public, bring them to canonical by a merge request, the usual way; then everything agrees again by itself.',
  ];
}
