import { RecordsConflict, type Database, type Statement } from './database';
import { changeRegistry, type RegistryChange } from './embargo-registry';

/** How a fix is kept out of what goes public next. */
export interface EmbargoPulls {
  /** @throws RecordsConflict when it is pulled already, or its disclosure was claimed */
  pull(change: RegistryChange): Promise<void>;
  /** Ends a pull. @throws RecordsConflict when it is not pulled any more */
  giveBack(change: RegistryChange): Promise<void>;
}

const PULL: Statement = {
  name: 'embargo-pulls.pull',
  text: `UPDATE embargoes SET pulled = jsonb_build_object('by', $2::jsonb, 'reason', $3::text,
      'since', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    WHERE id = $1 AND pulled IS NULL AND state NOT IN ('disclosing', 'disclosed', 'texts_public') RETURNING id`,
};
const GIVE_BACK: Statement = {
  name: 'embargo-pulls.give-back',
  text: 'UPDATE embargoes SET pulled = NULL WHERE id = $1 AND pulled IS NOT NULL RETURNING id',
};

export function createEmbargoPulls(database: Database): EmbargoPulls {
  const change = async (asked: RegistryChange, act: 'pulled' | 'returned'): Promise<void> => {
    const { embargo, actor, reason } = asked;
    const values = act === 'pulled' ? [embargo, JSON.stringify(actor), reason] : [embargo];
    await changeRegistry(database, { ...asked, act, details: {} }, async (transaction) => {
      const changed = await transaction.rows(act === 'pulled' ? PULL : GIVE_BACK, values);
      if (changed.length === 0) throw movedMeanwhile(embargo);
    });
  };
  return {
    pull: (asked) => change(asked, 'pulled'),
    giveBack: (asked) => change(asked, 'returned'),
  };
}

function movedMeanwhile(embargo: string): RecordsConflict {
  return new RecordsConflict({
    where: embargo,
    what: 'somebody was quicker: it has changed meanwhile',
    remedy: 'See `signalbox fix list`, then decide',
  });
}
