import { startReleaseHouse, type ReleaseHouse } from '../support/release-house';
import { ESCAPE, plantSecretFix } from '../support/secret-fix';
import { STORY_MS } from './following';

const MINORS = ['18.6', '18.5', '18.4'];
const CODE = ESCAPE.code;
const CANONICAL = 'gitlab-org/gitaly';
const SECURITY = 'gitlab-org/security/gitaly';

let house: ReleaseHouse;

beforeAll(async () => {
  house = await startReleaseHouse();
}, 60_000);
afterAll(() => house.end(), 60_000);

it(
  'closes the doors it may, lists exactly what is out and where, and prepares the patch with what is ready',
  async () => {
    const { gitlab, records } = house;
    const fix = await plantSecretFix(house, { ...ESCAPE, lines: ['default', ...MINORS] });
    const other = await plantSecretFix(house, {
      code: 'qqqqqqqqqq',
      project: 'gitaly',
      lines: ['default', ...MINORS],
      path: 'other.rb',
      content: 'other',
    });
    const mirror = house.mirrorOf(house.project('gitaly'));
    const head = fix.heads['18.6'] ?? '';
    const refs = [`refs/heads/topic/${CODE}/18.6`, 'refs/heads/oops'];
    await mirror.remote([
      'push',
      '--quiet',
      mirror.urlOf('canonical'),
      ...refs.map((ref) => `${head}:${ref}`),
    ]);
    const mirrors = `/projects/${encodeURIComponent(SECURITY)}/remote_mirrors`;
    await gitlab.request('POST', mirrors, { url: `${gitlab.url}/${CANONICAL}.git`, enabled: true });
    await records.embargoes.move({
      embargo: fix.embargo.id,
      key: 'leak',
      actor: { id: 'ada', roles: ['security-engineer'] },
      reason: 'Somebody has pushed it.',
      from: 'sealed',
      to: 'compromised',
    });

    const report = await house.answerLeak(fix.embargo.id);
    const again = await house.answerLeak(fix.embargo.id);

    const fresh = await mirror.git(['rev-list', '--objects', '--no-object-names', head, `^${head}^`]);
    expect(report.exposed).toEqual([
      {
        project: 'gitaly',
        repository: CANONICAL,
        objects: fresh.trim().split('\n').toSorted(),
        refs: ['refs/heads/oops', `refs/heads/topic/${CODE}/18.6`],
      },
    ]);
    expect(report.closed).toEqual([
      `The push mirror from ${SECURITY} to ${CANONICAL} is switched off.`,
      `Branch topic/${CODE}/18.6 of ${CANONICAL} is deleted.`,
    ]);
    expect(report.open.join('\n')).toContain(`refs/heads/oops of ${CANONICAL} holds it`);
    expect(report.open.join('\n')).not.toContain('refs/heads/topic');
    expect(report.critical).toMatchObject({
      verdict: { verdict: 'pass' },
      command: 'signalbox release start patch 18.6 18.5 18.4 --type critical',
    });
    const { body } = await gitlab.request<readonly { enabled: boolean }[]>('GET', mirrors);
    expect(body.map(({ enabled }) => enabled)).not.toContain(true);
    // What is deleted is still known to be out; there is nothing left to close.
    expect(again.closed).toEqual([]);
    expect(again.exposed[0]?.objects).toEqual(report.exposed[0]?.objects);
    expect((await records.embargoes.find(other.embargo.id))?.state).toBe('sealed');
    expect((await records.embargoes.findings(other.embargo.id)).map(({ kind }) => kind)).not.toContain(
      'exposed',
    );
    expect((await records.embargoes.findings(fix.embargo.id)).map(({ kind }) => kind)).toContain('exposed');
  },
  STORY_MS,
);
