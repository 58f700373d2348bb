import type { ReleaseSettings, Transition } from '../../domain/release/release';
import type { ReleaseRow } from '../../records/releases';
import type { RecordedTransition } from '../../records/transitions';
import type { VersionRow } from '../../records/versions';
import { recordedStatus } from '../../starters/recorded-status';

const MARIA = { id: 'maria', roles: ['release-manager'] };
const SETTINGS: ReleaseSettings = {
  product: 'gitlab',
  projects: [],
  candidate: { from: 'default-branch' },
  maintenance: [{ from: '1970-01-01', previousMinors: 2 }],
  approvals: [],
  pipelineRetries: 0,
  pipelineTimeoutMs: 1,
  holdExpiryMs: 1,
  onHoldExpiry: 'remind',
  gatewayKeys: [],
};

function row(settings: Partial<ReleaseSettings> = {}): ReleaseRow {
  return {
    id: 'patch:7',
    kind: 'patch',
    title: 'Patch release 7 of 18.6',
    requestKey: 'k',
    settings: { ...SETTINGS, ...settings },
    startedBy: MARIA,
    startedAt: at(0),
  };
}

function at(second: number): string {
  return new Date(Date.UTC(2026, 11, 1, 12, 0, second)).toISOString();
}

type Line = readonly [to: Transition['to'], sentence?: string, workflowId?: string];

function lines(...told: readonly Line[]): readonly RecordedTransition[] {
  return told.map(([to, sentence = '', workflowId = 'patch:7'], index) => ({
    workflowId,
    ordinal: index + 1,
    to,
    actor: MARIA,
    sentence,
    evidence: [],
    at: at(index + 1),
  }));
}

function version(number: string, state: VersionRow['state'], line = 'product'): VersionRow {
  return {
    line,
    number,
    state,
    minor: '18.6',
    release: 'patch:7',
    productVersion: number,
    reason: null,
    reservedAt: at(0),
    changedAt: at(0),
  };
}

describe('the status that the record tells', () => {
  it('is that of a release just opened while there are no lines', () => {
    const status = recordedStatus({ row: row(), transitions: [], versions: [] });

    expect(status).toMatchObject({ state: 'opened', since: at(0), reached: [], blockers: [] });
  });

  it.each<[string, readonly Line[], string, number]>([
    ['the last milestone', [['opened'], ['opened'], ['warned']], 'warned', 3],
    ['held while a hold lasts', [['warned'], ['held']], 'held', 2],
    ['the milestone again once a hold has ended', [['warned'], ['held'], ['resumed']], 'warned', 1],
    ['held while an expired hold goes on', [['warned'], ['held'], ['hold_expired']], 'held', 2],
    [
      'failed while a step waits for a person',
      [['tagged'], ['step_failed', '18.6.2 gitaly build: no space']],
      'failed_step',
      2,
    ],
    [
      'the milestone again once the step is tried again',
      [
        ['tagged'],
        ['step_failed', '18.6.2 gitaly build: no space'],
        ['step_resumed', '18.6.2 gitaly build is tried again: there is space'],
      ],
      'tagged',
      1,
    ],
    ['blocked while something outside keeps it', [['closed'], ['blocked'], ['blocked']], 'blocked', 2],
    ['the next milestone once that has cleared', [['closed'], ['blocked'], ['tagged']], 'tagged', 3],
    ['aborted, whatever came before', [['tagged'], ['held'], ['aborted']], 'aborted', 3],
  ])('is %s', (_case, told, state, since) => {
    const status = recordedStatus({ row: row(), transitions: lines(...told), versions: [] });

    expect([status.state, status.since]).toEqual([state, at(since)]);
  });

  it('is no longer held where holds end by themselves', () => {
    const transitions = lines(['warned'], ['held'], ['hold_expired']);

    const { state } = recordedStatus({ row: row({ onHoldExpiry: 'resume' }), transitions, versions: [] });

    expect(state).toBe('warned');
  });

  it('names the step that failed and why', () => {
    const transitions = lines(
      ['tagged'],
      ['step_failed', '18.6.2 gitaly build: GitLab: no space. Make some'],
    );

    const { blockers } = recordedStatus({ row: row(), transitions, versions: [] });

    expect(blockers).toEqual([
      {
        step: '18.6.2 gitaly build',
        since: at(2),
        verdict: { verdict: 'fail', sentence: 'GitLab: no space. Make some', evidence: [] },
      },
    ]);
  });

  it('does not take a line of a version for one of the release', () => {
    const transitions = lines(['closed'], ['version_reached', '18.6.2 is published', 'version:x']);

    const { state } = recordedStatus({ row: row(), transitions, versions: [] });

    expect(state).toBe('closed');
  });

  it('shows how far each number is, and leaves out those that are gone', () => {
    const versions = [
      version('18.6.2', 'publishing'),
      version('18.5.4', 'reserved'),
      version('18.4.6', 'burned'),
      version('9.6.2', 'tagged', 'charts'),
    ];

    const told = recordedStatus({ row: row(), transitions: [], versions });

    expect(told.versions.map(({ version: number, reached }) => [number, reached])).toEqual([
      ['18.6.2', 'verified'],
      ['18.5.4', 'started'],
    ]);
  });
});
