import type { BackportStanding } from '../../domain/backport/backport-status';
import type { BackportRow } from '../../records/backports';

/** A backport without the change that it is of. */
export function standingOf(row: BackportRow): BackportStanding {
  const { minor, branch, state, sentence, asked, owedSince, since, missedAt } = row;
  const standing = { minor, branch, state, sentence, asked, owedSince, since };
  return missedAt === undefined ? standing : { ...standing, missedAt };
}
