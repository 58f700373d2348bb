import { isSecret, type Embargo } from '../embargo/embargo';

/**
 * People decide by what is a secret still; what everybody knows is asked about after it, for there may be no time for all. Each
 * keeps its order.
 */
export function secretsFirst<T extends Pick<Embargo, 'state'>>(embargoes: readonly T[]): readonly T[] {
  return [...embargoes.filter(isSecret), ...embargoes.filter((embargo) => !isSecret(embargo))];
}
