import type { Explanation } from '../explained-error';

/**
 * Why nothing that a release or its dates come of may be of this product; undefined where it may. Numbers are taken, claimed and
 * followed per house: with two products in one, a version of the one would be owed by the other.
 */
export function otherProduct(product: string, recorded: string | undefined): Explanation | undefined {
  if (recorded === undefined || recorded === product) return undefined;
  return {
    where: `product ${product}`,
    what: `the releases that are recorded here are of ${recorded}, and one product's versions would be taken for the other's`,
    remedy: `If it is the same product, name it ${recorded} in signalbox.yaml again; if not, let SIGNALBOX_HOME name another folder, or DATABASE_URL another database`,
  };
}
