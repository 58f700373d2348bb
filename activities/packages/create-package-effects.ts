import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { effectKey } from '../../domain/version/naming';
import type { Artifacts } from '../../records/effects';
import type { BuiltPackages, PackageFile, PackageStep, ReleaseEffects } from '../effects';
import { clearText } from '../clear-text';
import { permanent } from '../errors';
import { publicCommit } from '../git/public-commit';
import { orUndefined } from '../gitlab/requester';
import type { Outside } from '../outside';
import { callingWorkflow } from '../records/calling-workflow';
import {
  archivedBy,
  packageContent,
  packageNameOf,
  sha256,
  treeArchive,
  type FileContent,
} from './package-content';
import { uploadOnce, type PackagePlace } from './upload-once';

const unpack = promisify(gunzip);

export type PackageEffects = Pick<
  ReleaseEffects,
  'buildPackages' | 'verifyPackages' | 'makePackages' | 'publishPackages'
>;

export function createPackageEffects(outside: Outside): PackageEffects {
  return {
    buildPackages: (input) => buildPackages(outside, input),
    verifyPackages: (input) => verifyPackages(outside, input),
    makePackages: async (input) => {
      const built = await buildPackages(outside, input);
      // The first of the two has written what there was to write into the record.
      const { at } = await verifyPackages(outside, { ...input, transitions: [], built });
      return { ...built, at };
    },
    publishPackages: (input) => publishPackages(outside, input),
  };
}

/** Where packages wait for their publication. A project with one repository has no such place: nothing of it is uploaded before. */
function waitingRoom({ project: { repositories } }: PackageStep): string | undefined {
  return repositories.build === repositories.canonical ? undefined : repositories.build;
}

function placeOf(input: PackageStep, repository: string): PackagePlace {
  return { project: repository, name: packageNameOf(input), version: input.plan.version };
}

async function buildPackages(outside: Outside, input: PackageStep): Promise<BuiltPackages> {
  const contents = await packageContent(outside, input);
  const room = waitingRoom(input);
  if (room !== undefined) await uploadOnce(outside, placeOf(input, room), contents);
  const { project, plan } = input;
  const files = contents.map(({ file, content }): PackageFile => {
    const name = packageNameOf(input);
    return { name, version: plan.version, file, sha256: sha256(content), bytes: content.length };
  });
  const result = { project: project.name, files };
  return record(outside, {
    input,
    step: 'build',
    result,
    artifacts: artifactsOf(input, { files, state: 'private' }),
  });
}

/** Trusts nothing that was recorded: bytes are fetched again, and the archive is compared with the tree of the tag. */
async function verifyPackages(
  outside: Outside,
  input: Parameters<ReleaseEffects['verifyPackages']>[0],
): ReturnType<ReleaseEffects['verifyPackages']> {
  const room = waitingRoom(input);
  for (const { file, sha256: recorded, name, version } of input.built.files) {
    const content =
      room === undefined
        ? (await packageContent(outside, input)).find((one) => one.file === file)?.content
        : await outside.gitlab.download({ project: room, name, version, file });
    const found = content === undefined ? 'nothing' : sha256(content);
    if (found !== recorded) throw wrongBytes(input, `${file} has sha256 ${found} instead of ${recorded}`);
    if (content !== undefined && file.endsWith('.tar.gz'))
      await compareTree(outside, { input, file, content });
  }
  return record(outside, { input, step: 'verify', result: {} });
}

async function compareTree(
  outside: Outside,
  { input, file, content }: { readonly input: PackageStep; readonly file: string; readonly content: Buffer },
): Promise<void> {
  const tree = await treeArchive(outside, archivedBy(input));
  if (!(await unpack(content)).equals(tree))
    throw wrongBytes(input, `${file} is not the tree of ${input.tagged.commit}`);
}

function wrongBytes({ project, plan }: PackageStep, what: string): Error {
  const remedy = 'Delete the package from the build repository and resume the step; it is built again';
  return permanent('Conflict', { where: `package of ${project.name} ${plan.version}`, what, remedy });
}

type Publishing = Parameters<ReleaseEffects['publishPackages']>[0];

async function publishPackages(
  outside: Outside,
  input: Publishing,
): ReturnType<ReleaseEffects['publishPackages']> {
  const repository = input.project.repositories.canonical;
  const contents = await contentsToPublish(outside, input);
  await clearPackage(outside, { input, contents });
  await uploadOnce(outside, placeOf(input, repository), contents);
  const artifacts = artifactsOf(input, { files: input.built.files, state: 'public' });
  return record(outside, { input, step: 'publish-packages', result: {}, artifacts });
}

/** An archive holds what its commit holds, which the gate has cleared if it is public; everything else in a package is words. */
async function clearPackage(
  outside: Outside,
  { input, contents }: { readonly input: PackageStep; readonly contents: readonly FileContent[] },
): Promise<void> {
  const { project, release, plan, tagged } = input;
  const mirror = outside.mirrorOf(project);
  await mirror.fetch('canonical');
  await publicCommit(mirror, tagged.commit);
  for (const { file, content } of contents) {
    if (file.endsWith('.tar.gz')) continue;
    const name = `${file} of ${packageNameOf(input)} ${plan.version}`;
    await clearText(outside, { release, project, name, text: content.toString('latin1') });
  }
}

/** The very bytes that were verified. Those that wait no more are made again, as the remedy for other ones promises. */
async function contentsToPublish(outside: Outside, input: Publishing): Promise<readonly FileContent[]> {
  const contents = (await waitingContents(outside, input)) ?? (await packageContent(outside, input));
  const found = new Map(contents.map(({ file, content }) => [file, sha256(content)]));
  for (const { file, sha256: recorded } of input.built.files)
    if (found.get(file) !== recorded) throw wrongBytes(input, `${file} has changed since it was verified`);
  return contents;
}

/** Undefined where not all of them wait, and where none ever do. */
async function waitingContents(
  { gitlab }: Outside,
  input: Publishing,
): Promise<readonly FileContent[] | undefined> {
  const room = waitingRoom(input);
  if (room === undefined) return undefined;
  const found = await Promise.all(
    input.built.files.map(async ({ name, version, file }) => {
      const content = await orUndefined(gitlab.download({ project: room, name, version, file }));
      return content && { file, content };
    }),
  );
  const contents = found.flatMap((one) => one ?? []);
  return contents.length === found.length ? contents : undefined;
}

function artifactsOf(
  { project, version }: PackageStep,
  { files, state }: { readonly files: readonly PackageFile[]; readonly state: 'private' | 'public' },
): Artifacts {
  return { version, packages: files.map((file) => ({ ...file, project: project.name, state })) };
}

interface Recording<T> {
  readonly input: PackageStep;
  readonly step: string;
  readonly result: T & { readonly at?: never };
  readonly artifacts?: Artifacts;
}

function record<T extends object>(outside: Outside, { input, step, result, artifacts }: Recording<T>) {
  const { release, project, plan, transitions } = input;
  const target = `${project.name}/${plan.version}`;
  return outside.records.effects.record<T>({
    release,
    workflowId: callingWorkflow(release),
    key: effectKey({ release, step, target }),
    step,
    target,
    transitions: transitions ?? [],
    result,
    ...(artifacts === undefined ? {} : { artifacts }),
  });
}
