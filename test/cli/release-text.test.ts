import { internalRequestOf, refuseInternalOptions } from '../../cli/commands/internal-release';
import { releaseLines, type ShownRelease } from '../../cli/release-text';
import { WrongUsage } from '../../cli/terminal';
import { PLAIN } from './plain';

const SHOWN: ShownRelease = {
  id: 'internal:k3v9x0q2ab',
  kind: 'internal',
  title: 'Internal release k3v9x0q2ab',
  state: 'handed_over',
  since: '2026-12-01T12:00:00Z',
  reached: [
    { milestone: 'requested', at: '2026-12-01T10:00:00Z' },
    { milestone: 'handed_over', at: '2026-12-01T12:00:00Z' },
  ],
  waitingFor: { who: 'dedicated-operator', sentence: '1 of 2 installed, 0 of 2 verified.' },
  blockers: [],
  retrying: [],
  approvals: [],
  versions: [{ version: '18.5.3-internal0', workflowId: 'version:1', reached: 'verified' }],
  handOver: {
    offeredAt: '2026-12-01T12:00:00Z',
    dueAt: '2026-12-01T20:00:00Z',
    installations: [
      {
        name: 'dedicated-north',
        role: 'dedicated-operator',
        state: 'installed',
        since: '2026-12-01T13:00:00Z',
        by: 'otto',
      },
      {
        name: 'dedicated-south',
        role: 'dedicated-operator',
        state: 'offered',
        since: '2026-12-01T12:00:00Z',
      },
    ],
  },
};

it('an internal release is shown with who has it, in 80 columns', () => {
  const lines = releaseLines(SHOWN, PLAIN);

  expect(lines).toEqual([
    'Internal release k3v9x0q2ab',
    'handed over since 2026-12-01 12:00 UTC',
    'waits for dedicated-operator',
    '  1 of 2 installed, 0 of 2 verified.',
    '',
    '● requested            2026-12-01 10:00 UTC',
    '○ approved',
    '○ remediated',
    '○ built',
    '● handed over          2026-12-01 12:00 UTC',
    '○ rolled out',
    '○ finalised',
    '',
    '18.5.3-internal0  verified',
    '',
    'handed over; to be verified by 2026-12-01 20:00 UTC',
    'dedicated-north      installed 2026-12-01 13:00 UTC by otto',
    'dedicated-south      offered   2026-12-01 12:00 UTC',
  ]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

const OPTIONS = {
  incident: 'production#2880',
  severity: 'S1',
  fix: ['embargo:k3v9x0q2ab'],
  impact: 'Tokens can be guessed.',
  engineeringManager: 'emma',
};

it('an internal release is asked for with everything that is known of it', () => {
  const request = internalRequestOf(['18.5'], { ...OPTIONS, installation: ['north'], within: '2h' });

  expect(request).toEqual({
    minors: ['18.5'],
    incident: 'production#2880',
    severity: 'S1',
    fixes: ['embargo:k3v9x0q2ab'],
    impact: 'Tokens can be guessed.',
    engineeringManager: 'emma',
    installations: ['north'],
    acknowledgeWithinMs: 7_200_000,
  });
});

it.each(Object.keys(OPTIONS))('without its %s it is not asked for, and the flag is named', (name) => {
  const { [name as keyof typeof OPTIONS]: _without, ...rest } = OPTIONS;

  expect(() => internalRequestOf(['18.5'], rest)).toThrow(WrongUsage);
  expect(() => internalRequestOf(['18.5'], rest)).toThrow(/--[a-z-]+ is missing/);
});

it('what is said of internal releases alone is refused for others', () => {
  expect(() => refuseInternalOptions('patch', {})).not.toThrow();
  expect(() => refuseInternalOptions('patch', { engineeringManager: 'emma' })).toThrow(
    /--engineering-manager says nothing about a patch release/,
  );
  expect(() => internalRequestOf(['18.5'], { ...OPTIONS, within: 'soon' })).toThrow(/no number of hours/);
});
