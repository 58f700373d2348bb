import { noteOnIssue, publishFiles, TEXTS_PACKAGE } from '../../../activities/texts/texts-package';
import { ESCAPE, plantSecretFix } from '../../support/secret-fix';
import { failureOf, startOutsideWorld, type OutsideWorld } from '../outside-world';

const CODE = ESCAPE.code;
const TELLING = `It comes with topic/${CODE}/18.6.`;
const RELEASE = 'patch:1';
const BY = { id: 'rosa', roles: ['release-manager'] };

let world: OutsideWorld;

beforeAll(async () => {
  world = await startOutsideWorld();
  await plantSecretFix(world, { ...ESCAPE, lines: ['18.6'] });
  const { settings } = world;
  const opened = {
    id: RELEASE,
    kind: 'patch',
    title: 'Patch release 1',
    requestKey: 'p',
    settings,
    startedBy: BY,
  } as const;
  await world.records.releases.open(opened);
  await world.effects.openReleaseIssue({
    release: RELEASE,
    kind: 'patch',
    settings,
    title: 'A patch',
    text: 'Soon.',
  });
}, 60_000);
afterAll(() => world.end());

function step() {
  return { release: RELEASE, kind: 'patch', settings: world.settings } as const;
}

function lead(): string {
  return world.settings.projects.at(-1)?.repositories.canonical ?? '';
}

describe('a text that would tell of a fix under embargo is refused, in words that tell nothing', () => {
  it('as a file beside the packages', async () => {
    const told = { step: step(), version: '18.6.2', files: [{ file: 'announcement.md', text: TELLING }] };
    const plain = { ...told, version: '18.6.3', files: [{ file: 'announcement.md', text: 'It is out.' }] };

    const failure = await failureOf(publishFiles(world.outside, told));
    await publishFiles(world.outside, plain);

    const at = { project: lead(), name: TEXTS_PACKAGE };
    expect(failure.type).toBe('RefusedByPolicy');
    expect(failure.message).not.toContain(CODE);
    expect(await world.outside.gitlab.storedFiles({ ...at, version: '18.6.2' })).toEqual([]);
    expect(await world.outside.gitlab.storedFiles({ ...at, version: '18.6.3' })).toHaveLength(1);
  });

  it('as a note on the release issue', async () => {
    const failure = await failureOf(
      noteOnIssue(world.outside, { step: step(), name: 'announcement', text: TELLING }),
    );
    await noteOnIssue(world.outside, { step: step(), name: 'announcement', text: 'It is out.' });

    expect(failure.type).toBe('RefusedByPolicy');
    expect(failure.message).not.toContain(CODE);
    const notes = `/projects/${encodeURIComponent(lead())}/issues/1/notes`;
    const { body } = await world.gitlab.request<readonly { body: string }[]>('GET', notes);
    expect(JSON.stringify(body)).toContain('It is out.');
    expect(JSON.stringify(body)).not.toContain(CODE);
  });

  it('as the reason to withdraw a version, before anything is marked', async () => {
    const failure = await failureOf(
      world.effects.withdrawPublished({
        ...step(),
        successorSettings: world.settings,
        version: '18.6.2',
        reason: TELLING,
        by: BY,
      }),
    );

    expect(failure.type).toBe('RefusedByPolicy');
    expect(failure.message).not.toContain(CODE);
    expect(await world.records.releases.findByRequestKey('withdrawal:18.6.2')).toBeUndefined();
  });

  it('as what is told of a withdrawn version', async () => {
    const told = { ...step(), version: '18.6.2', reason: TELLING, by: BY, successor: 'patch:2' };
    const at = { name: 'gitaly', version: '18.6.2' };
    const file = { file: 'gitaly-18.6.2.tar.gz', sha256: 'ab'.repeat(32), bytes: 1 };
    const packages = [{ ...at, ...file, project: 'gitaly', state: 'public' }] as const;
    await world.records.effects.record({
      key: `${RELEASE}/publish-packages/gitaly/18.6.2`,
      release: RELEASE,
      workflowId: RELEASE,
      step: 'publish-packages',
      target: 'gitaly/18.6.2',
      transitions: [],
      result: {},
      artifacts: { version: '18.6.2', packages },
    });

    const failure = await failureOf(world.effects.tellWithdrawal(told));

    expect(failure.type).toBe('RefusedByPolicy');
    expect(failure.message).not.toContain(CODE);
    const project = world.project('gitaly').repositories.canonical;
    expect(await world.outside.gitlab.storedFiles({ ...at, project })).toEqual([]);
  });
});
