import type { FallenVersion } from '../../domain/embargo/claim-judgement';
import type { ReleaseSettings } from '../../domain/release/release';
import { compareNumbers, minorOf } from '../../domain/version/number';
import type { EmbargoCarrier } from '../../records/fixes';
import type { Outside } from '../outside';
import { placesOf } from './contained-fixes';

interface Unit {
  readonly release: string;
  readonly settings: ReleaseSettings;
  /** Product versions. */
  readonly versions: readonly string[];
  /** Public versions, by what they disclose. Read before canonical is: of what came out in between its branches, as fetched, would seem to have lost a fix. */
  readonly disclosing: readonly EmbargoCarrier[];
}

/**
 * Versions of a unit that lack a fix which a public version of their minor discloses, by what their tags hold: the records say what a
 * version was cut after, and a stable branch that somebody has set back says something else. As canonical was last fetched.
 */
export async function fallenVersions(outside: Outside, unit: Unit): Promise<readonly FallenVersion[]> {
  const found = await Promise.all(
    unit.versions.map((version) => {
      const minor = minorOf(version);
      const floor = unit.disclosing.filter((one) => one.minor === minor && one.release !== unit.release);
      return fallenVersion(outside, { unit, version, floor });
    }),
  );
  return found.flat();
}

async function fallenVersion(
  outside: Outside,
  {
    unit,
    version,
    floor,
  }: { readonly unit: Unit; readonly version: string; readonly floor: readonly EmbargoCarrier[] },
): Promise<readonly FallenVersion[]> {
  if (floor.length === 0) return [];
  const minor = minorOf(version);
  const { tagged, stable } = await placesOf(outside, { unit, version, minor });
  const lost: EmbargoCarrier[] = [];
  const onStable: boolean[] = [];
  for (const carrier of floor) {
    const [commit, head] = [tagged.get(carrier.project), stable.get(carrier.project)];
    // A project that is not tagged for a version brings nothing of it to anybody.
    if (commit === undefined || (await holds(outside, { carrier, unit, commit }))) continue;
    lost.push(carrier);
    onStable.push(head !== undefined && (await holds(outside, { carrier, unit, commit: head })));
  }
  const greatest = lost
    .map((carrier) => carrier.version)
    .toSorted(compareNumbers)
    .at(-1);
  if (greatest === undefined) return [];
  return [{ version, minor, floor: greatest, isOnStableBranch: onStable.every(Boolean) }];
}

async function holds(
  { mirrorOf }: Pick<Outside, 'mirrorOf'>,
  {
    carrier: { project: name, head },
    unit: { settings },
    commit,
  }: { readonly carrier: EmbargoCarrier; readonly unit: Unit; readonly commit: string },
): Promise<boolean> {
  const project = settings.projects.find((one) => one.name === name);
  if (project === undefined || head === undefined) return true;
  const mirror = mirrorOf(project);
  return (await mirror.resolve(head)) !== undefined && (await mirror.isAncestor(head, commit));
}
