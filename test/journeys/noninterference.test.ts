import { Client, type WorkflowHandle } from '@temporalio/client';
import { embargoOf } from '../support/planted-project';
import { TOKENS } from '../gateway/test-gateway';
import {
  readApi,
  readDetails,
  readGateway,
  readIndex,
  readObjects,
  readRefs,
  type GitReader,
} from '../noninterference/probes';
import { startReleaseHouse, type ReleaseHouse } from '../support/release-house';
import { plantSecretFix, type SecretFix } from '../support/secret-fix';
import { until } from '../support/until';
import { STORY_MS, waitsForApproval } from './following';

const MINORS = ['18.6', '18.5', '18.4'];
const LINES = ['default', ...MINORS];
const SEEDED_AT = new Date();
const CODE = 'k3v9x0q2ab';

interface World {
  readonly house: ReleaseHouse;
  readonly release: WorkflowHandle;
  readonly client: Client;
  readonly taskQueue: string;
}

let without: World;
let withFixes: World;
let fix: SecretFix;

/** A patch that waits for its approval: the last moment at which all that it holds is still secret. */
async function livedThrough(plant: (house: ReleaseHouse) => Promise<void>): Promise<World> {
  const house = await startReleaseHouse({ seededAt: SEEDED_AT });
  await plant(house);
  const release = await house.startPatch(MINORS);
  await waitsForApproval(release);
  const client = new Client({ connection: release.client.connection });
  return { house, release, client, taskQueue: (await release.describe()).taskQueue };
}

/** One fix in each state that an embargo has before anything of it may be known. */
async function everyState(house: ReleaseHouse): Promise<void> {
  const at = (name: string) => ({
    code: embargoOf(name).slice('embargo:'.length),
    project: 'gitlab',
    lines: LINES,
  });
  await plantSecretFix(house, { ...at('opened'), path: 'opened.rb', content: 'opened', state: 'opened' });
  const fixed = 'fixed_on_managed_systems';
  await plantSecretFix(house, { ...at('fixed'), path: 'fixed.rb', content: 'fixed', state: fixed });
  await plantSecretFix(house, {
    ...at('partial'),
    lines: ['default', '18.6'],
    path: 'partial.rb',
    content: 'partial',
  });
  const pulled = await plantSecretFix(house, { ...at('pulled'), path: 'pulled.rb', content: 'pulled' });
  await house.records.embargoes.move({
    key: 'pull',
    embargo: pulled.embargo.id,
    actor: { id: 'ada', roles: [] },
    reason: 'It does not help.',
    from: 'sealed',
    to: 'withdrawn',
  });
  fix = await plantSecretFix(house, {
    code: CODE,
    project: 'gitaly',
    lines: LINES,
    path: 'escape.rb',
    content: 'escaped',
  });
}

beforeAll(async () => {
  [without, withFixes] = await Promise.all([livedThrough(async () => undefined), livedThrough(everyState)]);
}, STORY_MS);
afterAll(async () => {
  await Promise.all([without, withFixes].map(({ house }) => house.end()));
}, 60_000);

function inPublic({ house: { gitlab, settings } }: World): GitReader {
  return { gitlab, paths: settings.projects.map(({ repositories }) => repositories.canonical) };
}

/** In both worlds, one by one, so that a difference is told by where it was read. */
async function inBoth<T>(
  read: (world: World) => Promise<T>,
): Promise<{ readonly without: T; readonly with: T }> {
  return { without: await read(without), with: await read(withFixes) };
}

describe('with fixes under embargo the public sees what it sees without', () => {
  it('in refs, and in objects whether a ref reaches them or not', async () => {
    const refs = await inBoth((world) => readRefs(inPublic(world)));
    const objects = await inBoth((world) => readObjects(inPublic(world)));

    const { gitlab } = withFixes.house;
    const allowed = { gitlab, paths: ['gitlab-org/security/gitaly'], token: gitlab.token };
    expect(JSON.stringify(await readRefs(allowed))).toContain(`topic/${CODE}/18.6`);
    expect(JSON.stringify(await readObjects(allowed))).toContain(fix.heads['18.6']);
    expect(refs.with).toEqual(refs.without);
    expect(objects.with).toEqual(objects.without);
  });

  it('in whatever GitLab answers', async () => {
    const answers = await inBoth(({ house }) =>
      readApi({
        gitlab: house.gitlab,
        paths: [...house.settings.projects].flatMap((one) => Object.values(one.repositories)),
      }),
    );

    const { gitlab } = withFixes.house;
    const allowed = { gitlab, paths: ['gitlab-org/security/gitaly'], token: gitlab.token };
    expect(JSON.stringify(await readApi(allowed))).toContain(`topic/${CODE}/18.6`);
    expect(answers.with).toEqual(answers.without);
  }, 60_000);

  it('in the index of the engine and on its pages', async () => {
    const index = await inBoth(({ client, taskQueue }) =>
      until(
        'the versions to be in the index',
        async () => {
          const seen = await readIndex(client, taskQueue);
          return seen.length > MINORS.length && seen;
        },
        STORY_MS,
      ),
    );
    const details = await inBoth(({ client, release }) => readDetails(client, [release.workflowId]));

    // Where somebody would name the fix, the probe finds it.
    const { client, taskQueue } = withFixes;
    const planted = await client.workflow.start('patchRelease', {
      taskQueue: `${taskQueue}-planted`,
      workflowId: `patch:${CODE}`,
    });
    const found = await until(
      'what was planted to be in the index',
      async () => {
        const seen = await readIndex(client, `${taskQueue}-planted`);
        return seen.length > 0 && seen;
      },
      STORY_MS,
    );
    await planted.terminate();
    expect(found.join('')).toContain(CODE);
    expect(index.with).toEqual(index.without);
    expect(details.with).toEqual(details.without);
  }, 60_000);

  it('in what the gateway answers to somebody outside the audience, and in its log', async () => {
    const asked = { embargo: `embargo:${CODE}` };
    const answers = await inBoth((world) => readGateway({ ...world, ...asked, token: TOKENS.engineer }));

    const cleared = await readGateway({ ...withFixes, ...asked, token: TOKENS.manager });
    expect(cleared['/api/v1/embargoes']).toContain(CODE);
    expect(cleared['/api/v1/releases/{id}/artifacts']).toContain('sha256');
    expect(answers.with).toEqual(answers.without);
  }, 60_000);
});
