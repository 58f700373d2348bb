import type { Rehearsal } from '../domain/release/rehearsal';
import type { Database, Statement } from './database';

export interface KeptRehearsal {
  readonly digest: string;
  readonly page: Rehearsal;
  /** ISO 8601; when it was last found to be so. */
  readonly at: string;
}

/** What was rehearsed of each release. For release managers and AppSec. */
export interface Rehearsals {
  /** One for each digest: found again, it is the newest again, with what is told beside it as it is now. */
  keep(input: { readonly release: string; readonly digest: string; readonly page: Rehearsal }): Promise<void>;
  /** The newest first. */
  ofRelease(release: string): Promise<readonly KeptRehearsal[]>;
}

const KEEP: Statement = {
  name: 'rehearsals.keep',
  text: `INSERT INTO rehearsals (release, digest, page) VALUES ($1, $2, $3)
    ON CONFLICT (release, digest) DO UPDATE SET page = excluded.page, at = now()`,
};
const OF_RELEASE: Statement = {
  name: 'rehearsals.of-release',
  text: 'SELECT digest, page, at FROM rehearsals WHERE release = $1 ORDER BY at DESC, digest',
};

export function createRehearsals(database: Database): Rehearsals {
  return {
    keep: async ({ release, digest, page }) => {
      await database.rows(KEEP, [release, digest, JSON.stringify(page)]);
    },
    ofRelease: (release) => database.rows<KeptRehearsal>(OF_RELEASE, [release]),
  };
}
