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

export const SIDE_STATES = ['blocked', 'held', 'aborted', 'failed_step'] as const;

export type MonthlyMilestone = (typeof MONTHLY_MILESTONES)[number];
export type PatchMilestone = (typeof PATCH_MILESTONES)[number];
export type Milestone = MonthlyMilestone | PatchMilestone;
export type SideState = (typeof SIDE_STATES)[number];
export type ReleaseKind = 'monthly' | 'patch' | 'internal';
