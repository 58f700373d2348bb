import { tagRulesOf } from '../../domain/version/naming';
import { compareNumbers, minorOf } from '../../domain/version/number';
import { DEFAULT_LINE } from '../../domain/embargo/obligation';
import { fixesIn } from '../../domain/embargo/disclosed-fix';
import type { Embargo } from '../../domain/embargo/embargo';
import {
  isMigration,
  publicNameOf,
  type ProjectFacts,
  type ReleaseFacts,
  type SecurityFix,
  type TreeChange,
  type VersionFacts,
} from '../../domain/texts/release-facts';
import { followingProjects, type Project } from '../../domain/project';
import type { ReleaseSettings } from '../../domain/release/release';
import type { PackageRow } from '../../records/artifacts';
import type { ProjectPlan, TextStep, VersionPlan } from '../effects';
import { permanent } from '../errors';
import type { Mirror } from '../git/mirror';
import { fetchCanonical, publishedOn } from '../git/survey-lines';
import { withdrawnVersions } from '../git/withdrawn-versions';
import { projectNamed, type Outside } from '../outside';
import { includedChanges } from '../records/included-changes';
import { lackedFixes } from './lacked-fixes';

/**
 * What the versions hold, as canonical gives it out: tagged trees, frozen lists, packages, and of disclosed fixes what may be
 * public now.
 * @throws ApplicationFailure Conflict when a tag is not public
 */
export async function readReleaseFacts(outside: Outside, step: TextStep): Promise<ReleaseFacts> {
  const { settings, release, versions, publishedAt } = step;
  await fetchCanonical(outside, settings);
  const { packages } = await outside.records.artifacts.ofRelease(release);
  const newestFirst = versions.toSorted((left, right) => compareNumbers(right.version, left.version));
  const embargoes = await outside.records.embargoes.all();
  const wanted = { settings, packages, embargoes };
  return {
    product: settings.product,
    url: outside.gitlab.url,
    publishedAt,
    versions: await inOrder(newestFirst.map((plan) => versionFacts(outside, { ...wanted, plan }))),
    security: await securityFixes(outside, { step, embargoes }),
  };
}

interface VersionWanted {
  readonly settings: ReleaseSettings;
  readonly plan: VersionPlan;
  readonly packages: readonly PackageRow[];
  readonly embargoes: readonly Embargo[];
}

async function versionFacts(outside: Outside, wanted: VersionWanted): Promise<VersionFacts> {
  const { settings, plan, embargoes } = wanted;
  const { version, minor } = plan;
  const tagged = plan.projects.filter((one) => one.tagged);
  const lacked = await lackedFixes(outside, wanted);
  return {
    version,
    minor,
    contains: await publishedBefore(outside, settings, version),
    lacks: embargoes.filter(({ id }) => lacked.has(id)).map(publicNameOf),
    projects: await inOrder(tagged.map((one) => projectFacts(outside, { ...wanted, one }))),
  };
}

/** All of them, or the first failure in order: what a person is told does not hang on which was quicker. */
async function inOrder<T>(facts: readonly Promise<T>[]): Promise<readonly T[]> {
  const settled = await Promise.allSettled(facts);
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

async function publishedBefore(
  outside: Outside,
  settings: ReleaseSettings,
  version: string,
): Promise<readonly string[]> {
  const published = await publishedOn(outside, settings, minorOf(version));
  const before = published.filter((other) => compareNumbers(other, version) < 0);
  const isWithdrawn = await withdrawnVersions(outside, settings);
  const following = followingProjects(settings.projects)[0] ?? settings.projects[0];
  return before.filter((other) => following === undefined || !isWithdrawn(following, other));
}

async function projectFacts(
  outside: Outside,
  { settings, plan, packages, one }: VersionWanted & { readonly one: ProjectPlan },
): Promise<ProjectFacts> {
  const project = projectNamed(settings, one.project);
  const tag = tagRulesOf(project, one.version).at(-1)?.name ?? '';
  const mirror = outside.mirrorOf(project);
  if ((await mirror.resolve(publicTag(tag))) === undefined) throw notPublic(project, tag);
  const { url } = outside.gitlab;
  const { canonical } = project.repositories;
  const registry = `${url}/api/v4/projects/${encodeURIComponent(canonical)}/packages/generic`;
  const changes = await includedChanges(outside, { version: plan.version, plan: one });
  return {
    project: project.name,
    version: one.version,
    tag,
    page: `${url}/${canonical}/-/releases/${encodeURIComponent(tag)}`,
    ...(one.previousTag === undefined
      ? {}
      : { since: await treeChange(mirror, { from: one.previousTag, to: tag }) }),
    changes: changes.map(({ mergeRequest, title, webUrl }) => ({ mergeRequest, title, webUrl })),
    packages: packages
      .filter(
        (row) =>
          row.productVersion === plan.version && row.project === project.name && row.state === 'public',
      )
      .map(({ name, version, file, sha256 }) => ({
        file,
        sha256,
        url: `${registry}/${name}/${version}/${file}`,
      })),
  };
}

function publicTag(tag: string): string {
  return `refs/sides/canonical/tags/${tag}`;
}

function notPublic({ repositories }: Project, tag: string): Error {
  return permanent('Conflict', {
    where: repositories.canonical,
    what: `${tag} is not there, and a text about it is due`,
    remedy: 'Find out who deleted it, push it again, then resume the step',
  });
}

async function treeChange(
  mirror: Mirror,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<TreeChange> {
  const args = ['diff-tree', '-r', '-z', '--no-renames', '--name-status', publicTag(from), publicTag(to)];
  const told = (await mirror.git(args)).split('\0').slice(0, -1);
  const files = told.flatMap((status, at) => (at % 2 === 0 ? [{ status, path: told[at + 1] ?? '' }] : []));
  const migrations = files.filter(({ status, path }) => status === 'A' && isMigration(path));
  return { tag: from, changedFiles: files.length, migrations: migrations.map(({ path }) => path) };
}

async function securityFixes(
  outside: Outside,
  {
    step: { settings, versions },
    embargoes,
  }: { readonly step: TextStep; readonly embargoes: readonly Embargo[] },
): Promise<readonly SecurityFix[]> {
  const fixes = fixesIn(versions);
  if (fixes.length === 0) return [];
  const disclosed = embargoes.filter(({ id }) => fixes.some(({ embargo }) => embargo === id));
  return Promise.all(
    disclosed.map(async ({ id, severity, publicTitle, cve, affects }) => {
      const own = fixes.filter(({ embargo }) => embargo === id);
      const fixedIn = [...new Set(own.map(({ version }) => version))];
      const minors = affects.map(({ line }) => line).filter((line) => line !== DEFAULT_LINE);
      const affected = await Promise.all(
        minors.map(async (minor) => {
          const published = await publishedOn(outside, settings, minor);
          const fixed = fixedIn.find((version) => minorOf(version) === minor);
          return fixed === undefined
            ? published
            : published.filter((version) => compareNumbers(version, fixed) < 0);
        }),
      );
      return {
        severity,
        ...(publicTitle === undefined ? {} : { publicTitle }),
        ...(cve === undefined ? {} : { cve }),
        fixedIn: fixedIn.toSorted((left, right) => compareNumbers(right, left)),
        projects: [...new Set(own.map(({ project }) => project))].toSorted(),
        affected: affected.flat().toSorted(compareNumbers),
        minors,
      };
    }),
  );
}
