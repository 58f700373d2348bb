import type { Happening } from './happenings';
import type { History } from './history';

/** A history that once broke a law, in the words of what was overlooked. Kept as it was, for ever. */
export interface KeptHistory {
  readonly story: string;
  readonly history: History;
}

function steps(who: string, times: number): readonly Happening[] {
  return Array.from({ length: times }, () => ({ do: 'step', who }) as const);
}

export const KEPT_HISTORIES: readonly KeptHistory[] = [
  {
    story: 'a fix is found for a hole that a system never had, and the system moves to a line that has it',
    history: {
      happenings: [
        { do: 'find', fix: 'fix A', projects: ['gitaly'], lines: ['default', '18.5', '18.4'] },
        { do: 'update', number: '18.5.0' },
      ],
    },
  },
  {
    story:
      'a patch that opened earlier gives a minor that left the window a version, after a fix for it was disclosed',
    history: {
      happenings: [
        { do: 'start', who: 'monthly 18.7 (3)', kind: 'monthly', minor: '18.7' },
        ...steps('monthly 18.7 (3)', 5),
        { do: 'change', project: 'gitaly', lines: ['default', '18.5', '18.4'] },
        ...steps('monthly 18.7 (3)', 1),
        { do: 'start', who: 'patch 6', kind: 'patch' },
        ...steps('monthly 18.7 (3)', 2),
        { do: 'find', fix: 'fix A', projects: ['gitaly'], lines: ['18.7', '18.6', '18.4'] },
        { do: 'write', fix: 'fix A', lines: ['18.7', '18.6', '18.4'] },
        ...steps('monthly 18.7 (3)', 3),
        { do: 'seal', fix: 'fix A' },
        ...steps('monthly 18.7 (3)', 2),
        { do: 'start', who: 'patch 7', kind: 'patch' },
        ...steps('patch 7', 13),
      ],
      alone: 'patch 6',
    },
  },
  {
    story: 'an exception makes a second minor owe the fix that a monthly was to disclose alone',
    history: {
      happenings: [
        { do: 'start', who: 'monthly 18.7 (1)', kind: 'monthly', minor: '18.7' },
        ...steps('monthly 18.7 (1)', 1),
        { do: 'find', fix: 'fix A', projects: ['gitaly'], lines: ['default', '18.4'] },
        ...steps('monthly 18.7 (1)', 6),
        { do: 'write', fix: 'fix A', lines: ['default', '18.4'] },
        ...steps('monthly 18.7 (1)', 6),
        { do: 'seal', fix: 'fix A' },
        { do: 'start', who: 'monthly 18.8 (5)', kind: 'monthly', minor: '18.8' },
        ...steps('monthly 18.8 (5)', 1),
        { do: 'start', who: 'patch 6', kind: 'patch' },
        ...steps('patch 6', 2),
        { do: 'start', who: 'monthly 18.8 (7)', kind: 'monthly', minor: '18.8' },
        ...steps('patch 6', 2),
        ...steps('monthly 18.8 (7)', 1),
        { do: 'except', minor: '18.4', hours: 33 },
      ],
      alone: 'monthly 18.8 (7)',
    },
  },
  {
    story: 'somebody pulls a fix from an internal release that died when it had handed it over',
    history: {
      happenings: [
        { do: 'find', fix: 'fix B', projects: ['gitlab'], lines: ['default', '18.7', '18.6', '18.5'] },
        {
          do: 'find',
          fix: 'fix C',
          projects: ['gitaly', 'gitlab'],
          lines: ['default', '18.7', '18.6', '18.5'],
        },
        { do: 'start', who: 'internal 7', kind: 'internal', minor: '18.6' },
        { do: 'write', fix: 'fix B', lines: ['default', '18.7', '18.6', '18.5'] },
        ...steps('internal 7', 5),
        { do: 'write', fix: 'fix C', lines: ['default', '18.7', '18.6', '18.5'] },
        { do: 'step', who: 'internal 7', dies: true },
        { do: 'pull', who: 'internal 7', fix: 'fix B' },
      ],
      alone: 'internal 7',
    },
  },
  {
    story: 'a patch merges a topic that is built on a fix which another patch is disclosing',
    history: {
      happenings: [
        { do: 'change', project: 'gitaly', lines: ['default', '18.6'] },
        { do: 'find', fix: 'fix B', projects: ['gitaly', 'gitlab'], lines: ['default'] },
        { do: 'write', fix: 'fix B', lines: ['default', '18.8'] },
        { do: 'seal', fix: 'fix B' },
        { do: 'find', fix: 'fix D', projects: ['gitaly'], lines: ['default', '18.7', '18.5'], on: 'fix B' },
        { do: 'write', fix: 'fix D', lines: ['default'] },
        { do: 'write', fix: 'fix D', lines: ['18.7', '18.5'] },
        { do: 'seal', fix: 'fix D' },
        { do: 'start', who: 'patch 7', kind: 'patch' },
        { do: 'pull', who: 'patch 7', fix: 'fix D' },
        ...steps('patch 7', 7),
        { do: 'start', who: 'patch 8', kind: 'patch' },
        ...steps('patch 7', 3),
      ],
      alone: 'patch 8',
    },
  },
  {
    story: 'a monthly is aborted after its claim, and a patch had opened meanwhile',
    history: {
      happenings: [
        { do: 'start', who: 'monthly 18.7', kind: 'monthly', minor: '18.7' },
        ...steps('monthly 18.7', 10),
        { do: 'change', project: 'gitlab', lines: ['default', '18.6'] },
        { do: 'start', who: 'patch 1', kind: 'patch' },
        { do: 'abort', who: 'monthly 18.7' },
      ],
      alone: 'patch 1',
    },
  },
  {
    story: 'a minor leaves the window after a monthly opened that discloses a fix which the minor owes',
    history: {
      happenings: [
        { do: 'start', who: 'monthly 18.7', kind: 'monthly', minor: '18.7' },
        ...steps('monthly 18.7', 1),
        { do: 'find', fix: 'fix A', projects: ['gitaly'], lines: ['default', '18.4'] },
        { do: 'write', fix: 'fix A', lines: ['default', '18.4'] },
        ...steps('monthly 18.7', 9),
        { do: 'seal', fix: 'fix A' },
        { do: 'start', who: 'monthly 18.8', kind: 'monthly', minor: '18.8' },
      ],
      alone: 'monthly 18.8',
    },
  },
];
