import { boardFixes } from '../../../activities/git/board-fixes';
import { unacceptedFixes } from '../../../activities/gitlab/accepted-fixes';
import type { Boarding } from '../../../domain/embargo/boarding';
import { ENGINE } from '../../../domain/release/release';
import { ESCAPE, plantSecretFix, type SecretFix } from '../../support/secret-fix';
import { until } from '../../support/until';
import { failureOf, startOutsideWorld, type OutsideWorld } from '../outside-world';

const MINORS = ['18.6', '18.5', '18.4'];
const CODE = ESCAPE.code;
const SECURITY = `/projects/${encodeURIComponent('gitlab-org/security/gitaly')}`;

let world: OutsideWorld;
let fix: SecretFix;

beforeAll(async () => {
  world = await startOutsideWorld();
  fix = await plantSecretFix(world, { ...ESCAPE, lines: ['default', ...MINORS] });
}, 60_000);
afterAll(() => world.end());

async function board(): Promise<Boarding> {
  const { settings, effects, outside } = world;
  const asked = { release: 'patch:1', settings } as const;
  const lines = await effects.surveyLines({ ...asked, kind: 'patch', minors: MINORS });
  const embargoes = await outside.records.embargoes.all();
  return boardFixes(outside, { ...asked, lines, embargoes });
}

async function boarded(): Promise<readonly string[]> {
  return (await board()).boarded.map(({ id }) => id);
}

async function reasons(): Promise<readonly string[]> {
  return (await board()).leftOut.map(({ verdict }) => verdict.sentence);
}

interface Opening {
  readonly path: string;
  readonly source: string;
  readonly target: string;
}

async function openMergeRequest({ path, source, target }: Opening): Promise<string> {
  const opened = await world.gitlab.request<{ iid: number }>(
    'POST',
    `/projects/${encodeURIComponent(path)}/merge_requests`,
    { source_branch: source, target_branch: target, title: 'Draft: Escape what is asked for' },
  );
  return `${path}!${opened.body.iid}`;
}

describe('a fix in a project that counts itself', () => {
  it('is asked about on the branch that goes with the minor', async () => {
    const { canonical, security } = world.project('charts').repositories;
    const code = 'm7w2k9x4cd';
    const head = (await world.refOf(canonical, 'refs/heads/9-6-stable')) ?? '';
    const { embargo } = await plantSecretFix(world, {
      code,
      project: 'charts',
      lines: ['18.6'],
      path: 'escape.yaml',
      content: 'escaped',
      on: { heads: { '18.6': head } },
    });
    const asked = { embargoes: [embargo], settings: world.settings };
    expect(await unacceptedFixes(world.outside, asked)).toEqual([]);

    const name = await openMergeRequest({
      path: security,
      source: `topic/${code}/18.6`,
      target: '9-6-stable',
    });

    const [found] = await unacceptedFixes(world.outside, asked);
    expect(found).toMatchObject({ embargo: embargo.id, verdict: { verdict: 'fail' } });
    expect(found?.verdict.sentence).toContain(name);
    await world.records.embargoes.move({
      embargo: embargo.id,
      actor: ENGINE,
      reason: 'it was for this test',
      key: `${embargo.id}/withdrawn`,
      from: 'sealed',
      to: 'withdrawn',
    });
  }, 60_000);
});

describe('a sealed fix', () => {
  it('boards only while its merge request is accepted, which is read again each time', async () => {
    const { gitlab } = world;
    expect(await boarded()).toEqual([fix.embargo.id]);

    const opened = await gitlab.request<{ iid: number }>('POST', `${SECURITY}/merge_requests`, {
      source_branch: `topic/${CODE}/default`,
      target_branch: 'master',
      title: 'Escape what is asked for',
    });
    const request = `${SECURITY}/merge_requests/${opened.body.iid}`;
    const name = `gitlab-org/security/gitaly!${opened.body.iid}`;
    expect(await boarded()).toEqual([]);
    expect(await reasons()).toEqual([`${name} lacks the label security.`]);

    await gitlab.request('PUT', request, { labels: 'security' });
    await until('its pipeline to pass', async () =>
      (await reasons()).includes(`${name} lacks one approval.`),
    );
    expect(await boarded()).toEqual([]);

    await gitlab.request('POST', `${request}/approve`);
    expect(await boarded()).toEqual([fix.embargo.id]);

    await gitlab.request('POST', `${request}/unapprove`);
    expect(await reasons()).toEqual([`${name} lacks one approval.`]);
  }, 60_000);

  it.each([
    [{ kind: 'status', status: 502 } as const, 'GitLab: it does not answer. It is asked again'],
    [{ kind: 'rate-limit', retryAfter: 7 } as const, 'GitLab: it does not answer. It is asked again'],
    [
      { kind: 'status', status: 403 } as const,
      'GitLab: it does not accept the token. Give the token of a maintainer with scope `api`, then resume the step',
    ],
    [
      { kind: 'status', status: 400 } as const,
      'GitLab: it answered 400. Find the answer in its log, then resume the step',
    ],
  ])('is not what a failure tells of, as with %j', async (fault, told) => {
    const { settings, outside, gitlab } = world;
    const embargoes = await outside.records.embargoes.all();
    gitlab.arm({ ...fault, match: 'GET .*security%2Fgitaly/merge_requests' });

    const failure = await failureOf(unacceptedFixes(outside, { embargoes, settings }));

    expect(failure.message).toBe(told);
    expect(JSON.stringify(failure)).not.toMatch(/security|merge_requests|k3v9x0q2ab/);
  });
});
