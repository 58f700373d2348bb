import { listVerdict, type ListComparison } from '../../domain/texts/list-verdict';
import { isSecret, type Embargo } from '../../domain/embargo/embargo';
import type { Project } from '../../domain/project';
import type { ProjectPlan, ReleaseEffects, TaggedProject } from '../effects';
import { findingOf } from '../findings';
import type { Mirror } from '../git/mirror';
import { isPublic } from '../git/public-commit';
import { heldChanges } from '../git/read-changes';
import { undoneCommits } from '../git/undone-commits';
import { projectNamed, type Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { callingWorkflow } from '../records/calling-workflow';
import { readSecrets } from '../secrets';

type Input = Parameters<ReleaseEffects['checkLists']>[0];

/** Before anything is public: what was verified to be in the packages, against what will be said of them. */
export async function checkLists(outside: Outside, input: Input): ReturnType<ReleaseEffects['checkLists']> {
  const { release, settings, plan, tagged, transitions } = input;
  const embargoes = await askRecords(() => outside.records.embargoes.all());
  const compared = await Promise.all(
    tagged.map(async (one) => {
      const project = projectNamed(settings, one.project);
      const projectPlan = plan.projects.find(({ project: name }) => name === one.project);
      return projectPlan === undefined
        ? []
        : [
            await compare(outside, {
              version: plan.version,
              project,
              plan: projectPlan,
              tagged: one,
              embargoes,
            }),
          ];
    }),
  );
  const { uncleared, byEmbargo } = listVerdict(compared.flat());
  const { revision } = await readSecrets(outside.records, { plan: release, projects: settings.projects });
  for (const [embargo, { sentence, evidence }] of byEmbargo) {
    const judged = { release, project: plan.version, where: plan.version, content: sentence, revision };
    const found = { kind: 'denied', embargoes: [embargo], sentence, evidence } as const;
    await askRecords(() => outside.records.embargoes.recordFinding(findingOf(judged, found)));
  }
  const lines = { release, workflowId: callingWorkflow(release), transitions: transitions ?? [] };
  return { verdict: uncleared, at: await askRecords(() => outside.records.transitions.append(lines)) };
}

interface Comparing {
  readonly version: string;
  readonly project: Project;
  readonly plan: ProjectPlan;
  readonly tagged: TaggedProject;
  /** What is tagged, or what it is made of where it is not pushed anywhere yet. */
  readonly commit: string;
  readonly embargoes: readonly Embargo[];
}

async function compare(outside: Outside, given: Omit<Comparing, 'commit'>): Promise<ListComparison> {
  const { version, project, plan, tagged } = given;
  const mirror = outside.mirrorOf(project);
  if ((await mirror.resolve(tagged.commit)) === undefined) await mirror.fetch('security');
  const comparing = { ...given, commit: (await mirror.resolve(tagged.commit)) ?? plan.base };
  const tag = tagged.tags.at(-1)?.name ?? plan.version;
  const listed = await outside.records.inclusions.ofVersion({ version, project: project.name });
  const held = await changesHeld(mirror, comparing);
  return {
    version,
    project: project.name,
    tag,
    isOurs: await isWhereWePutIt(outside, comparing),
    absent: without(listed, held),
    unlisted: without(held, listed),
    ...(await fixesHeld(mirror, comparing)),
  };
}

function without<T extends { readonly mergeRequest: number }>(
  changes: readonly T[],
  others: readonly { readonly mergeRequest: number }[],
): readonly T[] {
  const named = new Set(others.map(({ mergeRequest }) => mergeRequest));
  return changes.filter(({ mergeRequest }) => !named.has(mergeRequest));
}

/** A fix may take back what a public change has opened; that is no fault of the list, which is of the public twin. */
async function changesHeld(mirror: Mirror, { project, plan, commit }: Comparing) {
  if (plan.previousTag === undefined) return [];
  const since = `refs/sides/canonical/tags/${plan.previousTag}`;
  const tree = plan.disclosed?.twin ?? commit;
  return heldChanges(mirror, { project, since, head: commit, tree });
}

/** Somebody may have moved a tag while it waited. A project with one repository has none before it is published. */
async function isWhereWePutIt(
  outside: Outside,
  { project, tagged }: Pick<Comparing, 'project' | 'tagged'>,
): Promise<boolean> {
  const { canonical, security } = project.repositories;
  if (security === canonical) return true;
  const found = await Promise.all(
    tagged.tags.map(({ name }) => outside.gitlab.findTag({ project: security, tag: name })),
  );
  return found.every((one, at) => one?.commit === tagged.tags[at]?.sha);
}

async function fixesHeld(
  mirror: Mirror,
  { project, plan, commit, embargoes }: Comparing,
): Promise<Pick<ListComparison, 'absentFixes' | 'unlistedFixes'>> {
  const listed = plan.disclosed?.topics ?? [];
  const absent: string[] = [];
  for (const { embargo, head } of listed)
    if (!(await holdsFix(mirror, { head, plan, commit }))) absent.push(embargo);
  const unlisted = new Set<string>();
  for (const { id, topics } of embargoes.filter(isSecret)) {
    if (listed.some(({ embargo }) => embargo === id)) continue;
    for (const { head } of topics.filter((topic) => topic.project === project.name))
      if (await holdsSecret(mirror, { head, commit })) unlisted.add(id);
  }
  return { absentFixes: absent, unlistedFixes: [...unlisted] };
}

/** Its commits are there, and so is what they change. */
async function holdsFix(
  mirror: Mirror,
  { head, plan, commit }: Pick<Comparing, 'plan' | 'commit'> & { readonly head: string },
): Promise<boolean> {
  if (!(await mirror.isAncestor(head, commit))) return false;
  const twin = plan.disclosed?.twin ?? plan.base;
  const parent = (await mirror.git(['merge-base', twin, head])).trim();
  const undone = await undoneCommits(mirror, { commits: [{ sha: head, parent }], head: commit });
  return !undone.has(head);
}

async function holdsSecret(
  mirror: Mirror,
  { head, commit }: Pick<Comparing, 'commit'> & { readonly head: string },
): Promise<boolean> {
  if (!(await mirror.isAncestor(head, commit)) || (await isPublic(mirror, head))) return false;
  await mirror.fetch('canonical');
  return !(await isPublic(mirror, head));
}
