import type { ReleaseSettings } from '../domain/release/release';
import type { Records } from '../records/records';
import { NotPossible } from './refusals';

/**
 * For whatever a release or its dates come of. Numbers are taken, claimed and followed per house: with two products in one, a version of the one would be owed by the other.
 * @throws NotPossible
 */
export async function refuseOtherProduct({
  records,
  settings: { product },
}: {
  readonly records: Pick<Records, 'releases'>;
  readonly settings: Pick<ReleaseSettings, 'product'>;
}): Promise<void> {
  const kept = await records.releases.product();
  if (kept === undefined || kept === product) return;
  throw new NotPossible({
    where: `product ${product}`,
    what: `the releases that are recorded here are of ${kept}, and one product's versions would be taken for the other's`,
    remedy: `If it is the same product, name it ${kept} in signalbox.yaml again; if not, let SIGNALBOX_HOME name another folder, or DATABASE_URL another database`,
  });
}
