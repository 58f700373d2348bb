import { otherProduct } from '../domain/release/other-product';
import type { ReleaseSettings } from '../domain/release/release';
import type { Records } from '../records/records';
import { NotPossible } from './refusals';

/** For every door that a release or its dates come of. @throws NotPossible */
export async function refuseOtherProduct({
  records,
  settings: { product },
}: {
  readonly records: Pick<Records, 'releases'>;
  readonly settings: Pick<ReleaseSettings, 'product'>;
}): Promise<void> {
  const other = otherProduct(product, await records.releases.product());
  if (other !== undefined) throw new NotPossible(other);
}
