import { isPast, mayRead, type Embargo } from '../domain/embargo/embargo';
import { secretsFirst } from '../domain/fix/asking-order';
import { exposureOf, type ExposedPlace, type Exposure } from '../domain/fix/exposure';
import { publicSince, recordedPlaces } from '../domain/fix/recorded-exposure';
import type { Actor } from '../domain/release/release';
import { standingExceptions, type SystemException } from '../domain/version/system-exceptions';
import { deployedPlaces } from './deployed-fixes';
import type { FixesDeps } from './fixes';

/** How long which place had a hole that everybody could know of, or a fix that nobody might. */
export interface FixExposure {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  /** When everybody could first know of the hole; absent while it is a secret. ISO 8601 */
  readonly publicSince?: string;
  readonly places: readonly ShownPlace[];
}

export interface ShownPlace extends Exposure {
  /** Of a managed system without the fix that no patch waits for. */
  readonly exception?: SystemException;
}

type Asked = Pick<FixesDeps, 'records' | 'settings' | 'gitlab'>;

/** The exposure clock of every fix that this person may know of, in registry order. */
export async function exposureFor(deps: Asked, person: Actor): Promise<readonly FixExposure[]> {
  const { records } = deps;
  const now = new Date().toISOString();
  const all = (await records.embargoes.all()).filter(
    (embargo) => mayRead(person, embargo, now) && embargo.state !== 'withdrawn',
  );
  if (all.length === 0) return [];
  const carriers = await records.fixes.embargoCarriers();
  const deployed = await deployedOf(deps, { embargoes: all, now });
  const exceptions = standingExceptions(deps.settings.systemExceptions, now);
  const clocks: FixExposure[] = [];
  for (const embargo of all) {
    const { id, title, severity } = embargo;
    const history = await records.embargoes.history(id);
    const having = carriers.filter((one) => one.embargo === id);
    const publicAt = publicSince({ history, having });
    const places = [...(deployed.get(id) ?? []), ...recordedPlaces({ history, having })];
    const clock = { now, ...(publicAt === undefined ? {} : { publicAt }) };
    clocks.push({
      id,
      title,
      severity,
      ...(publicAt === undefined ? {} : { publicSince: publicAt }),
      places: places.map((place) => withException(exposureOf(place, clock), exceptions)),
    });
  }
  return clocks;
}

function withException(place: Exposure, exceptions: readonly SystemException[]): ShownPlace {
  const exception = exceptions.find(({ system }) => system === place.place);
  return exception === undefined || place.fixedSince !== undefined ? place : { ...place, exception };
}

/** By embargo. Of what is past, which grows for ever, the records tell enough. */
async function deployedOf(
  { gitlab, settings }: Asked,
  { embargoes, now }: { readonly embargoes: readonly Embargo[]; readonly now: string },
): Promise<ReadonlyMap<string, readonly ExposedPlace[]>> {
  const found = new Map<string, readonly ExposedPlace[]>();
  for (const embargo of secretsFirst(embargoes.filter((one) => !isPast(one, now))))
    found.set(embargo.id, await deployedPlaces(gitlab, { embargo, settings, now }));
  return found;
}
