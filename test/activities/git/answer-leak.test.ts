import { createReleaseEffects } from '../../../activities/create-release-effects';
import type { ReleaseEffects } from '../../../activities/effects';
import { refsHolding } from '../../../activities/git/exposed-objects';
import type { Outside } from '../../../activities/outside';
import { plantProject, type PlantedCommit } from '../../support/planted-project';
import { plantSecretFix, type SecretFix } from '../../support/secret-fix';
import { failureOf, startOutsideWorld, type OutsideWorld } from '../outside-world';

const CODE = 'k3v9x0q2ab';
const CANONICAL = 'gitlab-org/gitaly';
const SECURITY = 'gitlab-org/security/gitaly';

describe('an answer to a leak that was interrupted', () => {
  let world: OutsideWorld;
  let fix: SecretFix;

  beforeAll(async () => {
    world = await startOutsideWorld();
    const wanted = { code: CODE, project: 'gitaly', path: 'a.rb', content: 'fixed' };
    fix = await plantSecretFix(world, { ...wanted, lines: ['default', '18.6'] });
    await pushTopics();
    const mirrors = `/projects/${encodeURIComponent(SECURITY)}/remote_mirrors`;
    const url = `${world.gitlab.url}/${CANONICAL}.git`;
    await world.gitlab.request('POST', mirrors, { url, enabled: true });
  }, 60_000);
  afterAll(() => world.end());

  /** Where everybody sees them. */
  async function pushTopics(): Promise<void> {
    const mirror = world.outside.mirrorOf(world.project('gitaly'));
    const topics = Object.entries(fix.heads).map(
      ([line, head]) => `${head}:refs/heads/topic/${CODE}/${line}`,
    );
    await mirror.remote(['push', '--quiet', mirror.urlOf('canonical'), ...topics]);
  }

  function deletingBy(deleteBranch: Outside['gitlab']['deleteBranch']): ReleaseEffects {
    const gitlab: Outside['gitlab'] = { ...world.outside.gitlab, deleteBranch };
    return createReleaseEffects({ ...world.outside, gitlab });
  }

  it('names every door that it has closed, on whichever attempt', async () => {
    const { settings } = world;
    const input = { release: 'leak:1', kind: 'patch', settings, embargo: fix.embargo.id } as const;

    const endsOnceDeleted = deletingBy(async (branch) => {
      await world.outside.gitlab.deleteBranch(branch);
      throw new Error('the worker ends here');
    });
    const ended = await failureOf(endsOnceDeleted.answerLeak(input));
    const { closed } = await world.effects.answerLeak(input);
    const later = await world.effects.answerLeak({ ...input, release: 'leak:2' });

    expect(ended.message).toContain('the worker ends here');
    expect(closed).toEqual([
      `The push mirror from ${SECURITY} to ${CANONICAL} is switched off.`,
      `Branch topic/${CODE}/18.6 of ${CANONICAL} is deleted.`,
      `Branch topic/${CODE}/default of ${CANONICAL} is deleted.`,
    ]);
    expect(later.closed).toEqual([]);
  });

  it('takes an embargo whose topics everybody sees for no secret any more, whoever has told of the leak', async () => {
    const { id } = fix.embargo;
    await pushTopics();

    await world.effects.answerLeak({
      release: 'leak:4',
      kind: 'patch',
      settings: world.settings,
      embargo: id,
    });

    expect(await world.records.embargoes.find(id)).toMatchObject({ state: 'compromised' });
    const found = await world.records.embargoes.findings(id);
    expect(found.map(({ kind }) => kind)).toContain('exposed');
  });

  it('says of a branch that may not be deleted what is to be done, and not that it is done', async () => {
    const input = {
      release: 'leak:3',
      kind: 'patch',
      settings: world.settings,
      embargo: fix.embargo.id,
    } as const;
    const refused = deletingBy(async () => {
      throw new Error('the branch is protected');
    });

    await pushTopics();
    const failed = await failureOf(refused.answerLeak(input));

    expect(failed.message).toContain('the branch is protected');
    const found = await world.records.embargoes.findings(fix.embargo.id);
    const { sentence, evidence } = found.findLast(({ release }) => release === 'leak:3') ?? {};
    expect(sentence).toBe('A door is to be closed after the leak.');
    expect(evidence).toEqual([
      { label: 'door', value: `Branch topic/${CODE}/18.6 of ${CANONICAL}` },
      { label: 'to be', value: 'deleted' },
    ]);
  });
});

it('finds the refs that hold one of very many commits', async () => {
  const commits: PlantedCommit[] = Array.from({ length: 1_200 }, (_, index) => ({
    name: `c${index}`,
    on: index === 0 ? [] : [`c${index - 1}`],
    changes: { 'app.rb': `${index}\n` },
  }));
  const world = await plantProject({
    commits,
    canonical: { early: 'c3', middle: 'c700', late: 'c1199' },
  });
  const ids = (await world.mirror.git(['rev-list', 'refs/sides/canonical/heads/late'])).trim().split('\n');

  const refs = await refsHolding({ directory: world.repository('canonical') }, ids);

  expect(refs).toEqual(['refs/heads/early', 'refs/heads/late', 'refs/heads/middle']);
  await world.end();
});
