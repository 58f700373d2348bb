export const MONTHLY_MILESTONES = [
  'opened',
  'warned',
  'announced',
  'rc_tagged',
  'closed',
  'final_tagged',
  'built',
  'verified',
  'published',
  'finalised',
] as const;

export const PATCH_MILESTONES = [
  'opened',
  'warned',
  'prepared',
  'accepted',
  'closed',
  'on_managed_systems',
  'tagged',
  'built',
  'verified',
  'rehearsed',
  'published',
  'disclosed',
  'finalised',
] as const;

export const INTERNAL_MILESTONES = [
  'requested',
  'approved',
  'remediated',
  'built',
  'handed_over',
  'rolled_out',
  'finalised',
] as const;

export const SIDE_STATES = ['blocked', 'held', 'aborted', 'failed_step'] as const;

export type MonthlyMilestone = (typeof MONTHLY_MILESTONES)[number];
export type PatchMilestone = (typeof PATCH_MILESTONES)[number];
export type InternalMilestone = (typeof INTERNAL_MILESTONES)[number];
export type Milestone = MonthlyMilestone | PatchMilestone | InternalMilestone;
export type SideState = (typeof SIDE_STATES)[number];
export type ReleaseKind = 'monthly' | 'patch' | 'internal';

const MILESTONES: Readonly<Record<ReleaseKind, readonly Milestone[]>> = {
  monthly: MONTHLY_MILESTONES,
  patch: PATCH_MILESTONES,
  internal: INTERNAL_MILESTONES,
};

/** In order. */
export function milestonesOf(kind: ReleaseKind): readonly Milestone[] {
  return MILESTONES[kind];
}

/** What the record of a release of some kind may end with. */
export const ENDS: readonly string[] = [
  'aborted',
  ...new Set([MONTHLY_MILESTONES, PATCH_MILESTONES, INTERNAL_MILESTONES].map((all) => all.at(-1) ?? '')),
];

/** Whether a line of the record of a release says that nothing comes after it. */
export function isEnd(kind: ReleaseKind, to: string): boolean {
  return to === 'aborted' || to === milestonesOf(kind).at(-1);
}

/** Those of all kinds, each once. */
export const ALL_MILESTONES: readonly [Milestone, ...Milestone[]] = [
  ...new Set([...MONTHLY_MILESTONES, ...PATCH_MILESTONES, ...INTERNAL_MILESTONES]),
] as [Milestone, ...Milestone[]];
