import { mirrorDetails } from '../../../domain/mirror/mirror-details';
import { MirrorState } from '../../../domain/mirror/mirror-state';
import type { MirrorSettings, RefApart } from '../../../domain/mirror/mirror-status';
import type { MirroredState } from '../../../domain/mirror/mirrored-ref';
import { aProject } from '../../support/projects';

const SETTINGS: MirrorSettings = {
  project: aProject({ name: 'gitaly' }),
  line: 'product',
  lookEveryMs: 300_000,
  gatewayKeys: [],
};
const AT = '2026-12-01T09:30:00.000Z';
const LATER = '2026-12-01T10:45:00.000Z';

function apart(ref: string, state: MirroredState, told: Partial<RefApart> = {}): RefApart {
  return {
    ref,
    state,
    objects: { canonical: 'a', security: 'b', build: 'a' },
    moves: state === 'behind' ? [{ side: 'security', from: 'b', to: 'a' }] : [],
    sentence: `It is ${state}.`,
    isClaimed: false,
    since: AT,
    difference: 1,
    ...told,
  };
}

function aState(): MirrorState {
  return new MirrorState({ id: 'mirror:gitaly', settings: SETTINGS });
}

function looked(state: MirrorState, ...refs: readonly RefApart[]): MirrorState {
  state.looked({ at: AT, look: state.nextLook, refs: 57, more: 0, apart: refs }, undefined);
  return state;
}

const task = { issue: 17, url: 'https://gitlab.test/-/issues/17' };
const unknown = { verdict: 'unknown', sentence: 'GitLab does not answer.', evidence: [] } as const;

describe('how a mirror stands', () => {
  it.each([
    [
      'before anything was looked at',
      (state: MirrorState) => state,
      'unknown',
      'It has not been looked at yet.',
    ],
    ['when all agree', looked, 'in_sync', 'All 57 refs are the same on all sides.'],
    [
      'while something is on its way',
      (state: MirrorState) => looked(state, apart('refs/heads/master', 'behind')),
      'syncing',
      '1 ref is being brought level: branch master.',
    ],
    [
      'when something differs, whatever is on its way',
      (state: MirrorState) =>
        looked(state, apart('refs/heads/master', 'behind'), apart('refs/tags/v1.0.0', 'stray')),
      'differs',
      '1 ref is not the same everywhere: tag v1.0.0.',
    ],
    [
      'when many differ',
      (state: MirrorState) =>
        looked(state, ...[1, 2, 3, 4, 5, 6].map((patch) => apart(`refs/tags/v1.0.${patch}`, 'stray'))),
      'differs',
      '6 refs are not the same everywhere: tag v1.0.1, tag v1.0.2, tag v1.0.3, tag v1.0.4, tag v1.0.5, ….',
    ],
  ] as const)('%s', (_when, told, standing, sentence) => {
    const status = told(aState()).status();

    expect([status.state, status.verdict.sentence]).toEqual([standing, sentence]);
  });

  it('is unknown when it cannot be looked at, and never older news in the guise of new', () => {
    const state = looked(aState());

    state.fellSilent(LATER, unknown);

    expect(state.status()).toMatchObject({ state: 'unknown', since: LATER, lookedAt: AT, verdict: unknown });
  });

  it('tells of a silence beside what is known to differ', () => {
    const state = looked(aState(), apart('refs/tags/v1.0.0', 'stray'));

    state.fellSilent(LATER, unknown);

    expect(state.status().verdict.sentence).toBe(
      '1 ref is not the same everywhere: tag v1.0.0. GitLab does not answer.',
    );
  });

  it('keeps since when it stands so', () => {
    const state = looked(aState(), apart('refs/tags/v1.0.0', 'stray'));
    state.looked(
      { at: LATER, look: 2, refs: 57, more: 0, apart: [apart('refs/tags/v1.0.0', 'stray')] },
      undefined,
    );

    expect(state.status()).toMatchObject({ state: 'differs', since: AT, lookedAt: LATER });
  });

  it('changes only the refs that were looked at', () => {
    const state = looked(aState(), apart('refs/heads/master', 'ahead'), apart('refs/tags/v1.0.0', 'stray'));

    state.looked({ at: LATER, look: 2, refs: 57, more: 0, apart: [] }, ['refs/heads/master']);

    expect(state.differing.map(({ ref }) => ref)).toEqual(['refs/tags/v1.0.0']);
    expect(state.status().lookedAt).toBe(AT);
  });

  it('is carried over to another run as plain data', () => {
    const state = looked(aState(), apart('refs/heads/master', 'behind'), apart('refs/tags/v1.0.0', 'stray'));
    state.tell(apart('refs/tags/v1.0.0', 'stray'), task);

    const memory = JSON.parse(JSON.stringify(state.memory));
    const next = new MirrorState({ id: 'mirror:gitaly', settings: SETTINGS }, memory);

    expect(next.status()).toEqual(state.status());
    expect(next.isTold(apart('refs/tags/v1.0.0', 'stray'))).toBe(true);
    expect(next.nextLook).toBe(2);
  });
});

describe("what the engine's page says of a mirror", () => {
  it('is what it is, since when, when it looks again, and whom it waits for', () => {
    const state = looked(
      aState(),
      apart('refs/heads/18-6-stable', 'behind'),
      apart('refs/heads/master', 'diverged', { task }),
    );

    expect(mirrorDetails(state.status(), LATER).split('\n')).toEqual([
      '### Mirror of gitaly',
      '',
      '**differs** since 2026-12-01 09:30 UTC: 1 ref is not the same everywhere: branch master.',
      '',
      'Looked at everything: **2026-12-01 09:30 UTC**; again at 2026-12-01 10:45 UTC, or as soon as something is pushed',
      '',
      'Waits for **release-manager**:',
      '',
      '- branch master, since 2026-12-01 09:30 UTC: It is diverged. ([task 17](https://gitlab.test/-/issues/17))',
      '',
      'On its way:',
      '',
      '- branch 18-6-stable, since 2026-12-01 09:30 UTC: It is behind.',
    ]);
  });

  it('is short when all agree', () => {
    expect(mirrorDetails(looked(aState()).status(), LATER).split('\n\n')).toHaveLength(3);
  });
});
