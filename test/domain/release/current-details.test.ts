import { currentDetails } from '../../../domain/release/current-details';
import { MONTHLY_MILESTONES, PATCH_MILESTONES } from '../../../domain/release/milestones';
import type { ReleaseStatus } from '../../../domain/release/release';

const STATUS: ReleaseStatus = {
  id: 'monthly:18.7',
  kind: 'monthly',
  title: 'Monthly release 18.7',
  state: 'rc_tagged',
  since: '2026-12-15T09:05:31.000Z',
  reached: [
    { milestone: 'opened', at: '2026-12-01T09:00:00.000Z' },
    { milestone: 'warned', at: '2026-12-08T09:00:00.000Z' },
    { milestone: 'announced', at: '2026-12-15T09:00:00.000Z' },
    { milestone: 'rc_tagged', at: '2026-12-15T09:05:31.000Z' },
  ],
  next: { milestone: 'closed', sentence: 'validates the candidate' },
  blockers: [],
  approvals: [],
  versions: [{ version: '18.7.0-rc42', workflowId: 'version:1', reached: 'tagged' }],
};

it('answers a newcomer: what is it, which state, since when, what is done, what is next', () => {
  expect(currentDetails(STATUS, MONTHLY_MILESTONES)).toBe(
    [
      '### Monthly release 18.7',
      '',
      '**rc tagged** since 2026-12-15 09:05 UTC',
      '',
      'Next: **closed** (validates the candidate)',
      '',
      '- [x] opened 2026-12-01 09:00 UTC',
      '- [x] warned 2026-12-08 09:00 UTC',
      '- [x] announced 2026-12-15 09:00 UTC',
      '- [x] rc tagged 2026-12-15 09:05 UTC',
      '- [ ] closed',
      '- [ ] final tagged',
      '- [ ] built',
      '- [ ] verified',
      '- [ ] published',
      '- [ ] finalised',
      '',
      '- 18.7.0-rc42: tagged (`version:1`)',
    ].join('\n'),
  );
});

it('says whom it waits for, and the command that helps', () => {
  const waitingFor = {
    who: 'release-manager',
    sentence: '1 approval is missing: `signalbox release approve`',
  };

  expect(currentDetails({ ...STATUS, waitingFor }, MONTHLY_MILESTONES)).toContain(
    '\n\nWaits for **release-manager**: 1 approval is missing: `signalbox release approve`\n\n',
  );
});

it('says who holds it, why and until when', () => {
  const hold = {
    by: { id: 'rosa', roles: ['release-manager'] },
    reason: 'The runners are down.',
    since: '2026-12-15T10:00:00.000Z',
    until: '2026-12-16T10:00:00.000Z',
  };
  const status = { ...STATUS, state: 'held', since: hold.since, hold } as const;

  const lines = currentDetails(status, MONTHLY_MILESTONES).split('\n');

  expect(lines.slice(1, 5)).toEqual([
    '',
    '**held** since 2026-12-15 10:00 UTC',
    '',
    'Held by **rosa** until 2026-12-16 10:00 UTC: The runners are down.',
  ]);
});

it('says which steps failed, since when and why, and how each is tried again', () => {
  const since = '2026-12-15T10:00:00.000Z';
  const blocker = (step: string) => ({
    step,
    since,
    verdict: { verdict: 'fail', sentence: 'It is protected.', evidence: [] } as const,
  });
  const blockers = [blocker('18.7.0-rc42 gitaly tag'), blocker('claim')];

  const lines = currentDetails(
    { ...STATUS, state: 'failed_step', since, blockers },
    MONTHLY_MILESTONES,
  ).split('\n');

  expect(lines.slice(1, 7)).toEqual([
    '',
    '**failed step** since 2026-12-15 10:00 UTC',
    '',
    'Failed step **18.7.0-rc42 gitaly tag** since 2026-12-15 10:00 UTC: It is protected. Try again: `signalbox release resume monthly:18.7 --step "18.7.0-rc42 gitaly tag"`',
    '',
    'Failed step **claim** since 2026-12-15 10:00 UTC: It is protected. Try again: `signalbox release resume monthly:18.7 --step "claim"`',
  ]);
});

it('says little where there is little to say', () => {
  const { next: _next, ...rest } = STATUS;
  const fresh = {
    ...rest,
    title: 'Patch release',
    state: 'opened',
    since: '',
    reached: [],
    versions: [],
  } as const;

  const [title, first, state, ...milestones] = currentDetails(fresh, PATCH_MILESTONES).split('\n');

  expect([title, first, state]).toEqual(['### Patch release', '', '**opened**']);
  expect(milestones).toEqual(['', ...PATCH_MILESTONES.map((one) => `- [ ] ${one.replaceAll('_', ' ')}`)]);
});
