import type { EngineHistory } from './happenings';

/** Histories that once broke a law on the real engine, as they were shrunk. */
export const KEPT_HISTORIES: readonly { readonly story: string; readonly history: EngineHistory }[] = [
  {
    story: 'a patch takes a fix that is built on one that is not ready',
    history: {
      happenings: [
        { do: 'fix', fix: 'A', projects: ['gitaly'] },
        { do: 'fix', fix: 'B', projects: ['gitaly'], on: 'A' },
        { do: 'seal', fix: 'B' },
        { do: 'start', who: 'patch 1', kind: 'planned', minors: 2 },
      ],
      alone: 'patch 1',
    },
  },
  {
    story: 'a fix is disclosed between the candidate of a monthly and the day on which it becomes public',
    history: {
      happenings: [
        { do: 'fix', fix: 'A', projects: ['gitaly'] },
        { do: 'seal', fix: 'A' },
        { do: 'start', who: 'monthly', kind: 'monthly', minors: 1 },
        { do: 'advance', who: ['monthly'] },
        { do: 'start', who: 'patch 1', kind: 'planned', minors: 2 },
      ],
      alone: 'patch 1',
    },
  },
];
