import { boardFixes } from '../../../activities/git/board-fixes';
import type { Boarding } from '../../../domain/embargo/boarding';
import { plantSecretFix, type SecretFix } from '../../support/secret-fix';
import { until } from '../../support/until';
import { startOutsideWorld, type OutsideWorld } from '../outside-world';

const MINORS = ['18.6', '18.5', '18.4'];
const CODE = 'k3v9x0q2ab';
const SECURITY = `/projects/${encodeURIComponent('gitlab-org/security/gitaly')}`;

let world: OutsideWorld;
let fix: SecretFix;

beforeAll(async () => {
  world = await startOutsideWorld();
  fix = await plantSecretFix(
    { ...world.outside, project: (name) => world.project(name) },
    { code: CODE, project: 'gitaly', lines: ['default', ...MINORS], path: 'escape.rb', content: 'escaped' },
  );
}, 60_000);
afterAll(() => world.end());

async function board(): Promise<Boarding> {
  const { settings, effects, outside } = world;
  const asked = { release: 'patch:1', settings } as const;
  const lines = await effects.surveyLines({ ...asked, kind: 'patch', minors: MINORS });
  return boardFixes(outside, { ...asked, lines });
}

async function boarded(): Promise<readonly string[]> {
  return (await board()).boarded.map(({ id }) => id);
}

async function reasons(): Promise<readonly string[]> {
  return (await board()).leftOut.map(({ verdict }) => verdict.sentence);
}

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
});
