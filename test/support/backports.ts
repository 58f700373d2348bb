import type { BackportLabels, MergedFix } from '../../domain/backport/backport';
import type { MaintenanceFacts } from '../../domain/version/maintenance';
import { aProject } from './projects';

export const LABELS: BackportLabels = {
  all: 'backport',
  minor: 'Pick into {major}.{minor}',
  kinds: { 'type::bug': 'bug', 'bug::performance': 'perf', 'bug::vulnerability': 'security' },
  teamPrefix: 'group::',
};

export const GITLAB = aProject({ name: 'gitlab', stableBranch: '{major}-{minor}-stable-ee' });

export function aFix(told: Partial<MergedFix> = {}): MergedFix {
  return {
    project: 'gitlab',
    iid: 12,
    title: 'Fix long branch names in search',
    author: 'amara',
    labels: ['backport', 'type::bug', 'group::source code'],
    commit: 'c'.repeat(40),
    ...told,
  };
}

export const STABLE = ['18-3', '18-4', '18-5', '18-6'].map((line) => `${line}-stable-ee`);

/** 18.3 to 18.6 are out, a month apart; three of them get fixes, before August only the newest did. */
export const MAINTENANCE: MaintenanceFacts = {
  published: ['18.3', '18.4', '18.5', '18.6'].map((minor, index) => ({
    minor,
    publishedAt: `2026-0${index + 5}-21T13:30:00Z`,
  })),
  policies: [
    { from: '2020-01-01', previousMinors: 0 },
    { from: '2026-08-01', previousMinors: 2 },
  ],
};
