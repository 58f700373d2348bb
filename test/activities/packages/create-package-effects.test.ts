import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BuiltPackages, PackageStep } from '../../../activities/effects';
import {
  component,
  failureOf,
  patiently,
  startOutsideWorld,
  stepOf,
  type OutsideWorld,
  type StepWanted,
} from '../outside-world';
import { packagesOf, storedFiles, storedPackages, type Shelf } from './stored-files';

const run = promisify(execFile);

let world: OutsideWorld;
let scratch: string;

beforeAll(async () => {
  world = await startOutsideWorld();
  scratch = await mkdtemp(join(tmpdir(), 'signalbox-packages-'));
}, 60_000);
afterEach(() => world.gitlab.instance.faults.clear());
afterAll(async () => {
  await world.end();
  await rm(scratch, { recursive: true, force: true });
});

async function packageStep(wanted: StepWanted): Promise<PackageStep> {
  const step = await stepOf(world, wanted);
  const tagged = await world.effects.tagProject({ ...step, pinned: [] });
  return { ...step, tagged, components: [component(world.project('cng'), wanted.version), tagged] };
}

const FILES = ['SHA256SUMS', 'manifest.json'];

async function download(
  path: string,
  { name, version, file }: BuiltPackages['files'][number],
): Promise<Buffer> {
  const address = `${world.gitlab.url}/api/v4${packagesOf(path)}/generic/${name}/${version}/${file}`;
  const response = await fetch(address, { headers: { 'private-token': world.gitlab.token } });
  return Buffer.from(await response.arrayBuffer());
}

function upload(path: string, { name, version, file }: BuiltPackages['files'][number], content: string) {
  return world.gitlab.request('PUT', `${packagesOf(path)}/generic/${name}/${version}/${file}`, content);
}

async function removePackage(path: string, shelf: Shelf): Promise<void> {
  for (const { id } of await storedPackages(world, path, shelf))
    await world.gitlab.request('DELETE', `${packagesOf(path)}/${id}`);
}

async function unpacked(path: string, { files }: BuiltPackages): Promise<string> {
  const folder = await mkdtemp(join(scratch, 'files-'));
  for (const file of files) await writeFile(join(folder, file.file), await download(path, file));
  await mkdir(join(folder, 'tree'));
  const archive = files.find(({ file }) => file.endsWith('.tar.gz'))?.file ?? '';
  await run('tar', ['-xzf', join(folder, archive), '-C', join(folder, 'tree'), '--strip-components=1']);
  return folder;
}

const build = 'gitlab-org/build/gitaly';
const canonical = 'gitlab-org/gitaly';

it('uploads the tagged tree with checksums and the commits it is made of, to the build repository alone', async () => {
  const step = await packageStep({ project: 'gitaly', version: '18.6.2' });

  const built = await world.effects.buildPackages(step);

  const folder = await unpacked(build, built);
  const env = {
    ...process.env,
    GIT_DIR: world.repository(build).path,
    GIT_INDEX_FILE: join(folder, 'index'),
  };
  await run('git', ['--work-tree', '.', 'add', '--all', '--force', '.'], { cwd: join(folder, 'tree'), env });
  const { stdout: tree } = await run('git', ['write-tree'], { env });
  expect(tree).toBe(await world.repository(build).git(['rev-parse', 'v18.6.2^{tree}']));
  await expect(
    run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: folder }),
  ).resolves.toBeDefined();
  const manifest = built.files.find(({ file }) => file === 'manifest.json');
  expect(manifest && JSON.parse((await download(build, manifest)).toString())).toEqual({
    version: '18.6.2',
    releases: {
      cng: { version: '18.6.2', sha: 'a'.repeat(40), tags: [] },
      gitaly: { version: '18.6.2', sha: step.tagged.commit, tags: ['v18.6.2'] },
    },
  });
  expect(await storedFiles(world, canonical, { name: 'gitaly', version: '18.6.2' })).toEqual([]);
});

it('uploads once though it is built twice at once, again, and by another worker', async () => {
  const step = await packageStep({ project: 'gitaly', version: '18.6.3' });
  const other = await world.anotherWorker();

  const answers = await Promise.all([
    world.effects.buildPackages(step),
    world.effects.buildPackages(step),
    other.effects.buildPackages(step),
  ]);
  const again = await world.effects.buildPackages(step);

  expect(answers).toEqual([again, again, again]);
  expect(await storedFiles(world, build, { name: 'gitaly', version: '18.6.3' })).toEqual([
    ...FILES.slice(0, 1),
    'gitaly-18.6.3.tar.gz',
    ...FILES.slice(1),
  ]);
});

it.each([
  ['an answer is lost', { kind: 'lost-response' } as const, '18.6.4'],
  ['GitLab answers 503', { kind: 'status', status: 503 } as const, '18.6.5'],
])('has every file once though %s in the middle', async (_case, fault, version) => {
  const step = await packageStep({ project: 'gitaly', version });
  world.gitlab.arm({ match: 'PUT .*manifest.json', ...fault });

  const failure = await failureOf(world.effects.buildPackages(step));
  await patiently(() => world.effects.buildPackages(step));

  expect(failure).toMatchObject({ type: 'OutsideDown', nonRetryable: false });
  expect(await storedFiles(world, build, { name: 'gitaly', version })).toHaveLength(3);
});

it('does not upload beside a file of somebody else, and names both', async () => {
  const step = await packageStep({ project: 'gitaly', version: '18.6.6' });
  const theirs = { name: 'gitaly', version: '18.6.6', file: 'manifest.json', sha256: '', bytes: 0 };
  await upload(build, theirs, '{}');

  const failure = await failureOf(world.effects.buildPackages(step));

  expect(failure).toMatchObject({ type: 'Conflict', nonRetryable: true });
  expect(failure.message).toContain(
    'package registry of gitlab-org/build/gitaly, gitaly 18.6.6 manifest.json',
  );
  expect(failure.message).toContain(createHash('sha256').update('{}').digest('hex'));
  expect(failure.message).toMatch(/and this release made [0-9a-f]{64}/);
  expect(await storedFiles(world, build, theirs)).toEqual(['manifest.json']);
});

it('verifies what it downloads, and notices what has been changed since', async () => {
  const step = await packageStep({ project: 'gitaly', version: '18.6.7' });
  const built = await world.effects.buildPackages(step);
  const archive = built.files.find(({ file }) => file.endsWith('.tar.gz'));
  if (archive === undefined) throw new Error('there is an archive');

  const verified = await world.effects.verifyPackages({ ...step, built });
  await upload(build, archive, 'something else');
  const verification = await failureOf(world.effects.verifyPackages({ ...step, built }));
  const publication = await failureOf(world.effects.publishPackages({ ...step, built }));

  expect(verified.at).toBeDefined();
  expect(verification).toMatchObject({ type: 'Conflict', nonRetryable: true });
  expect(verification.message).toContain(`gitaly-18.6.7.tar.gz has sha256`);
  expect(verification.message).toContain(`instead of ${archive.sha256}`);
  expect(publication).toMatchObject({ type: 'Conflict' });
  expect(publication.message).toContain('has changed since it was verified');
  expect(await storedFiles(world, canonical, archive)).toEqual([]);
});

it('builds again what it has found to be something else, once that is taken away', async () => {
  const step = await packageStep({ project: 'gitaly', version: '18.6.10' });
  const built = await world.effects.makePackages(step);
  const archive = built.files.find(({ file }) => file.endsWith('.tar.gz'));
  if (archive === undefined) throw new Error('there is an archive');
  await upload(build, archive, 'something else');

  const found = await failureOf(world.effects.makePackages(step));
  await removePackage(build, archive);
  const again = await world.effects.makePackages(step);

  expect(found).toMatchObject({ type: 'Conflict', nonRetryable: true });
  expect(again.files).toEqual(built.files);
  expect(
    createHash('sha256')
      .update(await download(build, archive))
      .digest('hex'),
  ).toBe(archive.sha256);
});

it('publishes what it makes again, once what was changed since it was verified is taken away', async () => {
  const step = await packageStep({ project: 'gitaly', version: '18.6.11' });
  const built = await world.effects.makePackages(step);
  const [archive] = built.files;
  if (archive === undefined) throw new Error('there is an archive');
  await world.effects.publishRefs({ ...step, pinned: [] });
  await upload(build, archive, 'something else');

  const found = await failureOf(world.effects.publishPackages({ ...step, built }));
  await removePackage(build, archive);
  await world.effects.publishPackages({ ...step, built });

  expect(found).toMatchObject({ type: 'Conflict', nonRetryable: true });
  expect(found.message).toContain('Delete the package from the build repository and resume the step');
  for (const file of built.files) {
    const content = await download(canonical, file);
    expect(createHash('sha256').update(content).digest('hex')).toBe(file.sha256);
  }
});

it('publishes nothing that it makes again otherwise than it was verified', async () => {
  const step = await packageStep({ project: 'gitaly', version: '18.6.12' });
  const built = await world.effects.makePackages(step);
  const [archive] = built.files;
  if (archive === undefined) throw new Error('there is an archive');
  await world.effects.publishRefs({ ...step, pinned: [] });
  await removePackage(build, archive);

  const failure = await failureOf(world.effects.publishPackages({ ...step, components: [], built }));

  expect(failure).toMatchObject({ type: 'Conflict', nonRetryable: true });
  expect(failure.message).toContain('manifest.json has changed since it was verified');
  expect(await storedFiles(world, canonical, archive)).toEqual([]);
});

it('notices an archive that is not the tagged tree, whatever was recorded', async () => {
  const step = await packageStep({ project: 'gitaly', version: '18.6.8' });
  const other = await packageStep({ project: 'gitaly', version: '18.6.9' });
  const built = await world.effects.buildPackages(step);

  const failure = await failureOf(world.effects.verifyPackages({ ...step, tagged: other.tagged, built }));

  expect(failure).toMatchObject({ type: 'Conflict' });
  expect(failure.message).toContain(`is not the tree of ${other.tagged.commit}`);
});

it('publishes the very bytes that were verified, once, and not before their commit is public', async () => {
  const step = await packageStep({ project: 'gitaly', version: '18.6.20' });
  const built = await world.effects.buildPackages(step);
  const early = await failureOf(world.effects.publishPackages({ ...step, built }));
  await world.effects.publishRefs({ ...step, pinned: [] });

  await Promise.all([
    world.effects.publishPackages({ ...step, built }),
    world.effects.publishPackages({ ...step, built }),
  ]);

  expect(await storedFiles(world, canonical, { name: 'gitaly', version: '18.6.20' })).toHaveLength(3);
  for (const file of built.files) {
    const content = await download(canonical, file);
    expect(createHash('sha256').update(content).digest('hex')).toBe(file.sha256);
  }
  expect(early).toMatchObject({ type: 'RefusedByPolicy' });
  expect(early.message).toContain(`${step.tagged.commit}: no branch and no tag of canonical holds it`);
  const { packages } = await world.records.artifacts.ofRelease(step.release);
  expect(packages.map(({ state }) => state)).toEqual(['public', 'public', 'public']);
});

it('uploads nothing of a project with one repository before it is published', async () => {
  const of = await packageStep({ project: 'gitaly', version: '18.6.21' });
  const alone = { canonical, security: canonical, build: canonical };
  const step = { ...of, project: { ...of.project, repositories: alone } };

  const built = await world.effects.buildPackages(step);
  await world.effects.verifyPackages({ ...step, built });
  const before = await storedFiles(world, canonical, { name: 'gitaly', version: '18.6.21' });
  await world.effects.publishRefs({ ...step, pinned: [] });
  await world.effects.publishPackages({ ...step, built });

  expect(before).toEqual([]);
  expect(await storedFiles(world, canonical, { name: 'gitaly', version: '18.6.21' })).toHaveLength(3);
});
