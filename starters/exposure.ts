import { mayRead } from '../domain/embargo/embargo';
import { exposureOf, type ExposedPlace, type Exposure } from '../domain/fix/exposure';
import type { Carrier } from '../domain/fix/fix-board';
import type { Actor } from '../domain/release/release';
import type { HistoryLine } from '../records/embargo-registry';
import { deployedPlaces } from './deployed-fixes';
import type { FixesDeps } from './fixes';

/** How long which place had a hole that everybody could know of, or a fix that nobody might. */
export interface FixExposure {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  /** When everybody could first know of the hole; absent while it is a secret. ISO 8601 */
  readonly publicSince?: string;
  readonly places: readonly Exposure[];
}

/** The exposure clock of every fix that this person may know of, in registry order. */
export async function exposureFor(
  { records, settings, gitlab }: Pick<FixesDeps, 'records' | 'settings' | 'gitlab'>,
  person: Actor,
): Promise<readonly FixExposure[]> {
  const now = new Date().toISOString();
  const all = (await records.embargoes.all()).filter(
    (embargo) => mayRead(person, embargo, now) && embargo.state !== 'withdrawn',
  );
  if (all.length === 0) return [];
  const carriers = await records.fixes.embargoCarriers();
  const clocks: FixExposure[] = [];
  for (const embargo of all) {
    const { id, title, severity } = embargo;
    const history = await records.embargoes.history(id);
    const having = carriers.filter((one) => one.embargo === id);
    const publicAt = publicSince(history, having);
    const places = [
      ...(await deployedPlaces(gitlab, { embargo, settings, now })),
      ...recordedPlaces({ history, having }),
    ];
    const clock = { now, ...(publicAt === undefined ? {} : { publicAt }) };
    clocks.push({
      id,
      title,
      severity,
      ...(publicAt === undefined ? {} : { publicSince: publicAt }),
      places: places.map((place) => exposureOf(place, clock)),
    });
  }
  return clocks;
}

const TELLS: readonly string[] = ['compromised', 'disclosed', 'declassified'];

/** The first of: it leaked, a version that has it was published, its code became public, it was no secret any more. */
function publicSince(history: readonly HistoryLine[], having: readonly Carrier[]): string | undefined {
  const told = history.filter(({ act }) => TELLS.includes(act)).map(({ at }) => at);
  const published = having.filter(({ state }) => state === 'published').map(({ at }) => at);
  return [...told, ...published].toSorted()[0];
}

interface Recorded {
  readonly history: readonly HistoryLine[];
  readonly having: readonly Carrier[];
}

function recordedPlaces({ history, having }: Recorded): readonly ExposedPlace[] {
  const atOf = (act: string): string | undefined => history.find((line) => line.act === act)?.at;
  const published = having
    .map(({ at }) => at)
    .toSorted()
    .at(-1);
  const arePublished = having.length > 0 && having.every(({ state }) => state === 'published');
  return [
    placeFrom('managed systems, as said', atOf('fixed_on_managed_systems')),
    placeFrom('packages', arePublished ? published : undefined),
    placeFrom('source', atOf('disclosed')),
  ];
}

function placeFrom(place: string, at: string | undefined): ExposedPlace {
  return { place, changes: at === undefined ? [] : [{ at, isFixed: true }] };
}
