import { createReleaseEffects } from '../../../activities/create-release-effects';
import type { ClosedRelease, ReleaseEffects, VersionPlan } from '../../../activities/effects';
import { fixesIn } from '../../../domain/embargo/disclosed-fix';
import { ESCAPE, plantSecretFix } from '../../support/secret-fix';
import { csafFaults } from '../../support/csaf-rules';
import { failureOf, startOutsideWorld, type OutsideWorld } from '../outside-world';

const CODE = ESCAPE.code;
const MINORS = ['18.6', '18.5', '18.4'];
const RELEASE = 'patch:1';
const PUBLISHED_AT = '2026-11-26T12:00:00.000Z';

let world: OutsideWorld;
let closed: ClosedRelease;

beforeAll(async () => {
  world = await startOutsideWorld();
  await plantSecretFix(world, { ...ESCAPE, lines: ['default', ...MINORS] });
  await nameForPublic('Tokens can be guessed');
  const { settings } = world;
  closed = await world.effects.closeRelease({ ...step(), settings, cut: { patch: MINORS } });
}, 60_000);
afterAll(() => world.end());

function step() {
  return { release: RELEASE, kind: 'patch' } as const;
}

/** The versions as far as gitaly goes. */
function plans(): readonly VersionPlan[] {
  return closed.versions.map((plan) => ({
    ...plan,
    projects: plan.projects.filter(({ project }) => project === 'gitaly'),
  }));
}

function announce() {
  const { settings, effects } = world;
  return effects.announceRelease({ ...step(), settings, versions: plans(), publishedAt: PUBLISHED_AT });
}

/** A worker that ends after it has uploaded one file. */
function endingWorker(): ReleaseEffects {
  const { gitlab } = world.outside;
  const upload: typeof gitlab.upload = async (input) => {
    await gitlab.upload(input);
    throw new Error('the worker ends here');
  };
  return createReleaseEffects({ ...world.outside, gitlab: { ...gitlab, upload } });
}

async function nameForPublic(publicTitle: string): Promise<void> {
  await world.records.embargoes.nameForPublic({
    embargo: `embargo:${CODE}`,
    key: publicTitle,
    actor: { id: 'ada', roles: [] },
    reason: 'Agreed on.',
    publicTitle,
    cve: 'CVE-2026-12345',
  });
}

async function publish(): Promise<void> {
  const { settings, effects } = world;
  const project = world.project('gitaly');
  const versions = plans().map(({ version }) => version);
  await effects.claimPublication({ ...step(), settings, versions, fixes: fixesIn(plans()) });
  for (const { version, projects } of plans())
    for (const plan of projects) {
      const common = { ...step(), project, plan, version, closedAt: closed.at, pinned: [] };
      const tagged = await effects.tagProject(common);
      await effects.publishRefs({ ...common, tagged });
    }
}

async function textOf(file: string, version = '18.6.2'): Promise<string> {
  const project = world.settings.projects.at(-1)?.repositories.canonical ?? '';
  const at = { project, name: 'release-notes', version, file };
  return (await world.outside.gitlab.download(at)).toString();
}

it('says of a release with a fix under embargo what may be public, once it is, and not a word before', async () => {
  const early = await failureOf(announce());
  await publish();

  await announce();
  await announce();
  const { settings, effects } = world;
  await effects.publishAdvisory({ ...step(), settings, versions: plans(), publishedAt: PUBLISHED_AT });

  expect(early.message).toMatch(/v18\.6\.2 is not there, and a text about it is due/);
  const texts = await Promise.all(
    ['announcement.md', 'fixes.json', 'upgrade-notes.md', 'gitlab-sa-18_6_2.json'].map((file) =>
      textOf(file),
    ),
  );
  const [announcement = '', table = '', notes = '', document = ''] = texts;
  expect(announcement).toContain(
    '| **Security**: Tokens can be guessed (CVE-2026-12345) | fixed | fixed | fixed | 3 of 3 |',
  );
  const listed = await world.records.inclusions.ofVersion({ version: '18.6.2', project: 'gitaly' });
  for (const { mergeRequest, webUrl } of listed)
    expect(announcement).toContain(`[!${mergeRequest}](${webUrl})`);
  expect(JSON.parse(table)[0]).toMatchObject({ kind: 'security', fixed: 3, needed: 3 });
  expect(notes).toContain('From 18.6.0 or 18.6.1: it contains everything that they have.');
  const advisory = JSON.parse(document);
  expect(csafFaults(advisory)).toEqual([]);
  expect(advisory.vulnerabilities).toMatchObject([
    {
      title: 'Tokens can be guessed',
      cve: 'CVE-2026-12345',
      product_status: { fixed: ['gitlab-18.6.2', 'gitlab-18.5.4', 'gitlab-18.4.6'] },
    },
  ]);
  expect(advisory.vulnerabilities[0].product_status.known_affected).toContain('gitlab-18.6.1');
  expect(texts.join('\n')).not.toMatch(/k3v9x0q2ab|A hole nobody may know of|tried|Escape what/);
}, 120_000);

it('goes on with the texts of which something is out, whatever a fix is called by then', async () => {
  const { settings, effects } = world;
  const versions = plans().filter(({ version }) => version !== '18.6.2');
  const input = { ...step(), settings, versions, publishedAt: PUBLISHED_AT };

  const ended = await failureOf(endingWorker().announceRelease(input));
  await nameForPublic('Sessions can be stolen');
  await effects.announceRelease(input);
  await effects.publishAdvisory(input);

  expect(ended.message).toContain('the worker ends here');
  expect(await textOf('announcement.md', '18.5.4')).toContain('**Security**: Tokens can be guessed');
  expect(await textOf('fixes.json', '18.5.4')).toContain('Tokens can be guessed');
  expect(await textOf('gitlab-sa-18_5_4.json', '18.5.4')).toContain('Sessions can be stolen');
}, 60_000);
