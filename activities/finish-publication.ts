import { dependencyOrder } from '../domain/dependency-order';
import { fixesIn } from '../domain/embargo/disclosed-fix';
import { compareNumbers } from '../domain/version/number';
import type { Project } from '../domain/project';
import type { ReleaseRow } from '../records/releases';
import { PRODUCT_LINE } from '../records/versions';
import type {
  BuiltPackages,
  ClosedVersion,
  ProjectPlan,
  ProjectStep,
  ReleaseEffects,
  TaggedProject,
  VersionPlan,
} from './effects';
import { permanent } from './errors';
import type { Outside } from './outside';
import { askRecords } from './records/ask-records';
import { publishProject, type PublishingEffects } from './publish-project';
import { builtPackages, closedVersions, packagesOf, taggedProjects } from './records/made-versions';

export interface Finishing {
  readonly effects: PublishingEffects & Pick<ReleaseEffects, 'markPublished' | 'discloseFixes'>;
  /** Whose claim it is. */
  readonly release: string;
}

/** A claimed unit as its release left it in the records. */
interface Claimed {
  readonly row: ReleaseRow;
  readonly closed: readonly ClosedVersion[];
  readonly tagged: readonly TaggedProject[];
  readonly built: readonly BuiltPackages[];
}

/**
 * Does what is left of a claimed publication and its disclosure, with the keys of the release that claimed. It is most likely at
 * it too, and each finds what the other has done; to look on instead would be to wait for it.
 */
export async function finishPublication(outside: Outside, finishing: Finishing): Promise<void> {
  if (await isUnfinished(outside, finishing.release)) await publishUnit(outside, finishing);
}

async function isUnfinished({ records }: Outside, release: string): Promise<boolean> {
  const numbers = await askRecords(() => records.versions.ofRelease(release));
  if (numbers.some(({ state }) => state === 'publishing')) return true;
  const embargoes = await askRecords(() => records.embargoes.all());
  return embargoes.some(({ state, plan }) => state === 'disclosing' && plan === release);
}

/** Publishes it with its own keys and the same bytes, version after version, and ends what it discloses. */
async function publishUnit(outside: Outside, { effects, release }: Finishing): Promise<void> {
  const numbers = await askRecords(() => outside.records.versions.ofRelease(release));
  const unit = numbers
    .filter(({ line }) => line === PRODUCT_LINE)
    .filter(({ state }) => state === 'publishing' || state === 'published')
    .toSorted((left, right) => compareNumbers(left.number, right.number));
  if (unit.length === 0) return;
  const claimed = await claimedUnit(outside, release);
  for (const { number, state } of unit)
    if (state === 'publishing') await publishClaimed(effects, { claimed, version: number });
  await discloseClaimed(effects, {
    claimed,
    plans: unit.map(({ number }) => planOf(claimed, number)),
  });
}

async function publishClaimed(
  effects: Finishing['effects'],
  { claimed, version }: { readonly claimed: Claimed; readonly version: string },
): Promise<void> {
  const { id: release, kind } = claimed.row;
  const { plan, closedAt } = planOf(claimed, version);
  for (const { project, own } of partsIn(claimed.row, plan))
    await publishPart(effects, { claimed, plan, project, own, closedAt });
  await effects.markPublished({ release, kind, version });
}

async function discloseClaimed(
  effects: Finishing['effects'],
  { claimed, plans }: { readonly claimed: Claimed; readonly plans: readonly ClosedVersion[] },
): Promise<void> {
  const { id: release, kind, settings } = claimed.row;
  const fixes = fixesIn(plans.map(({ plan }) => plan));
  const at = plans
    .map(({ closedAt }) => closedAt)
    .toSorted()
    .at(-1);
  if (fixes.length > 0 && at !== undefined)
    await effects.discloseFixes({ release, kind, settings, fixes, at });
}

async function claimedUnit(outside: Outside, release: string): Promise<Claimed> {
  const row = await askRecords(() => outside.records.releases.find(release));
  if (row === undefined) throw incomplete(release, 'how it was started');
  return {
    row,
    closed: await closedVersions(outside, release),
    tagged: await taggedProjects(outside, release),
    built: await builtPackages(outside, release),
  };
}

function planOf({ closed, row }: Claimed, version: string): ClosedVersion {
  const found = closed.find(({ plan }) => plan.version === version);
  if (found === undefined) throw incomplete(row.id, `what ${version} was closed on`);
  return found;
}

interface Part {
  readonly project: Project;
  readonly own: ProjectPlan;
}

function partsIn({ settings }: ReleaseRow, { projects }: VersionPlan): readonly Part[] {
  return dependencyOrder(settings.projects).flatMap((project) => {
    const own = projects.find((one) => one.project === project.name);
    return own?.tagged === true ? [{ project, own }] : [];
  });
}

interface Publishing extends Part {
  readonly claimed: Claimed;
  readonly plan: VersionPlan;
  readonly closedAt: string;
}

async function publishPart(effects: Finishing['effects'], publishing: Publishing): Promise<void> {
  const { claimed, plan, project, own, closedAt } = publishing;
  const { id: release, kind } = claimed.row;
  const components = partsIn(claimed.row, plan).map((part) => taggedIn(claimed, part));
  const tagged = taggedIn(claimed, { project, own });
  const step: ProjectStep = { release, kind, project, plan: own, version: plan.version, closedAt };
  const pinned = project.pins.flatMap((pin) => components.filter((one) => one.project === pin.project));
  const built = packagesOf(claimed.built, own);
  await publishProject(effects, {
    ...step,
    tagged,
    pinned,
    components,
    ...(built === undefined ? {} : { built }),
  });
}

function taggedIn({ tagged, row }: Claimed, { project, own }: Part): TaggedProject {
  const found = tagged.find((one) => one.project === project.name && one.version === own.version);
  if (found !== undefined) return found;
  throw incomplete(row.id, `the tag of ${project.name} ${own.version}`);
}

function incomplete(release: string, what: string): Error {
  return permanent('BugInUs', {
    where: release,
    what: `it has claimed its publication, and the records do not say ${what}`,
    remedy: 'Report it; the release itself goes on',
  });
}
