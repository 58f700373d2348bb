import { execFile } from 'node:child_process';
import { connectGitLab } from '../../activities/gitlab/gitlab';
import { mirrorSettings } from '../../config/mirror-settings';
import { quietGitEnvironment } from '../../sandbox/gitlab/git-repository';
import { startMirror } from '../../starters/start-mirror';
import { KEYS, sandboxConfiguration } from '../gateway/test-gateway';
import { startMirrorWorkers } from '../support/mirror-workers';
import { ownEngine } from '../support/own-namespace';
import { beQuiet } from '../support/quiet-runtime';
import { startReleaseHouse, type ReleaseHouse } from '../support/release-house';
import { plantSecretFix } from '../support/secret-fix';
import { until } from '../support/until';
import { cloneOf, remoteOf, type WorkTree } from '../support/work-tree';
import { repositoryAt, SMALL_PRODUCT, STORY_MS, waitsForApproval } from './following';

const MINORS = ['18.6', '18.5'];
const CANONICAL = 'gitlab-org/gitaly';
const SECURITY = 'gitlab-org/security/gitaly';
const FILE = 'README.md';
const LOOK_EVERY_MS = 2_000;

let house: ReleaseHouse;
let owner: WorkTree;
let stopMirror: () => Promise<void>;

beforeAll(async () => {
  beQuiet();
  const engine = await ownEngine(KEYS);
  house = await startReleaseHouse({
    settings: SMALL_PRODUCT,
    engine,
  });
  const { gitlab, records, mirrorOf } = house;
  stopMirror = await startMirrorWorkers(engine, { records, gitlab: connectGitLab(gitlab), mirrorOf });
  const [settings] = mirrorSettings(sandboxConfiguration(), { gatewayKeys: [] });
  if (settings === undefined) throw new Error('gitaly is configured');
  await startMirror(engine.client, { ...settings, lookEveryMs: LOOK_EVERY_MS });
}, 60_000);
afterAll(async () => {
  await owner?.end();
  await stopMirror?.();
  await house?.end();
}, 60_000);

interface Task {
  readonly description: string;
}

/** Open ones of an owner, as members of the security repository read them. */
async function tasks(): Promise<readonly Task[]> {
  const path = `/projects/${encodeURIComponent(SECURITY)}/issues?state=opened`;
  const { body } = await house.gitlab.request<readonly Task[]>('GET', path);
  return body.filter(({ description }) => description.includes('signalbox:forecast/'));
}

async function changeInPublic(): Promise<void> {
  const author = await cloneOf(remoteOf(house.gitlab, CANONICAL, house.gitlab.token));
  await author.git('switch', '--quiet', '18-6-stable');
  await author.commit({ [FILE]: 'It says more.\n' }, 'Say more');
  await author.git('push', '--quiet', 'origin', '18-6-stable');
  await author.end();
}

/** What the task gives is run as it stands; what contradicts is written by a person. */
async function solve(command: string): Promise<void> {
  owner = await cloneOf(remoteOf(house.gitlab, SECURITY, house.gitlab.token));
  await owner.git('config', 'user.name', 'Ada');
  await owner.git('config', 'user.email', 'ada@example.com');
  const merged = await new Promise<string>((resolve) => {
    const options = { cwd: owner.folder, env: quietGitEnvironment() };
    execFile('sh', ['-c', command], options, (_error, told, failed) => resolve(told + failed));
  });
  expect(merged).toContain(`Merge conflict in ${FILE}`);
  await owner.commit({ [FILE]: 'It says more.\nescaped\n' }, 'Merge 18-6-stable');
  await owner.git('push', '--quiet', 'origin', 'HEAD');
}

it(
  'a fix that a public change contradicts is left out, solved by its owner as the task says, and goes out with the next patch',
  async () => {
    const fix = await plantSecretFix(house, {
      code: 'k3v9x0q2ab',
      project: 'gitaly',
      lines: ['default', ...MINORS],
      path: FILE,
      content: 'escaped',
    });
    await changeInPublic();
    const without = await house.startPatch(MINORS);
    await waitsForApproval(without);
    const leftOut = await house.records.fixes.leftOut();
    const [task] = await until(
      'the owner to be told',
      async () => {
        const told = await tasks();
        return told.length > 0 && told;
      },
      STORY_MS,
      LOOK_EVERY_MS,
    );
    await solve(/```sh\n(.*)\n```/.exec(task?.description ?? '')?.[1] ?? '');
    await house.decide(without, 'approve', { before: 'published' });
    await without.result();
    const between = await house.records.embargoes.find(fix.embargo.id);
    const withFix = await house.startPatch(MINORS);
    await waitsForApproval(withFix);
    await house.decide(withFix, 'approve', { before: 'published' });
    await withFix.result();

    expect(leftOut.map(({ embargo, verdict }) => [embargo, verdict.sentence])).toEqual([
      [fix.embargo.id, 'It does not merge into 18-6-stable of gitaly; merge the branch into its topic.'],
    ]);
    expect(task?.description).toContain(
      '@ada: The fix of embargo:k3v9x0q2ab in gitaly (18.6) contradicts 18-6-stable',
    );
    expect(between?.state).toBe('sealed');
    const canonical = repositoryAt(house, CANONICAL);
    expect(await canonical.git(['show', `18-6-stable:${FILE}`])).toBe('It says more.\nescaped\n');
    expect(await canonical.git(['show', `18-5-stable:${FILE}`])).toBe('escaped on 18.5\n');
    await until('the task to close', async () => (await tasks()).length === 0, STORY_MS, LOOK_EVERY_MS);
  },
  2 * STORY_MS,
);
