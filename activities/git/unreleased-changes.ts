import type { FixKind } from '../../domain/backport/backport';
import { maintainedAt } from '../../domain/embargo/owing-at';
import type { UnreleasedChange, UnreleasedLine } from '../../domain/planning/pressure';
import type { Project } from '../../domain/project';
import type { ReleaseSettings } from '../../domain/release/release';
import type { Outside } from '../outside';
import { askRecords } from '../records/ask-records';
import { datedChanges } from './dated-changes';
import type { Mirror } from './mirror';
import { publicHead } from './public-commit';
import { changesBetween } from './read-changes';
import { findOnLine } from './survey-line';
import { fetchCanonical, publishedMinors } from './survey-lines';
import { withdrawnVersions, type IsWithdrawn } from './withdrawn-versions';

/**
 * What was merged to the stable branches of each line that gets fixes and is in none of its versions that are out, newest line first.
 * Canonical alone is read: what is on the private sides is counted for nobody.
 */
export async function unreleasedChanges(
  outside: Outside,
  settings: ReleaseSettings,
): Promise<readonly UnreleasedLine[]> {
  await fetchCanonical(outside, settings);
  const out = await publishedMinors(outside, settings);
  if (out.length === 0) return [];
  const asked = { policies: settings.maintenance, at: new Date().toISOString() };
  const minors = maintainedAt({ out, branched: [], claimed: [] }, asked);
  const isWithdrawn = await withdrawnVersions(outside, settings);
  const mends = await whatTheyMend(outside);
  const lines: UnreleasedLine[] = [];
  for (const minor of minors) {
    const changes: UnreleasedChange[] = [];
    for (const project of settings.projects)
      changes.push(...(await ofProject(outside.mirrorOf(project), { project, minor, isWithdrawn })));
    lines.push({ minor, changes: changes.map(mends) });
  }
  return lines;
}

/** None where nothing of the project is out on that line. */
async function ofProject(
  mirror: Mirror,
  line: { readonly project: Project; readonly minor: string; readonly isWithdrawn: IsWithdrawn },
): Promise<readonly UnreleasedChange[]> {
  const { project } = line;
  const { stableBranch, previousTag } = (await findOnLine(mirror, line)) ?? {};
  const head = stableBranch === undefined ? undefined : await publicHead(mirror, stableBranch);
  if (head === undefined || previousTag === undefined) return [];
  const since = `refs/sides/canonical/tags/${previousTag}`;
  return datedChanges(mirror, { project, merged: await changesBetween(mirror, { project, since, head }) });
}

/** A backport that no version has yet is recorded with what it mends. */
async function whatTheyMend({
  records,
}: Pick<Outside, 'records'>): Promise<(change: UnreleasedChange) => UnreleasedChange> {
  const known = new Map<string, FixKind>();
  for (const { project, kind, backports } of await askRecords(() => records.backports.pending()))
    for (const { state } of backports)
      if (state.state === 'merged') known.set(`${project}!${state.mergeRequest.iid}`, kind);
  return (change) => {
    const mends = known.get(`${change.project}!${change.mergeRequest}`);
    return mends === undefined ? change : { ...change, mends };
  };
}
