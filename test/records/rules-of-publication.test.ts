import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  nat,
  option,
  record,
  uniqueArray,
  type Arbitrary,
} from 'fast-check';
import { minorOf, sortKey } from '../../domain/version/number';
import { burnVerdict } from '../../domain/version/reservation';
import { overtakenVersions, type RegisteredVersion } from '../../domain/version/superset';
import { openDatabase, RecordsConflict, type Database } from '../../records/database';
import { freshRecords, type TestRecords } from '../support/records';

let test: TestRecords;
let database: Database;

beforeAll(async () => {
  test = await freshRecords();
  database = openDatabase({ url: test.url });
});

afterAll(async () => {
  await database.close();
  await test.end();
});

// Few of everything, so that they meet.
const numbers = record({
  minor: constantFrom('18.6', '18.7'),
  patch: nat({ max: 3 }),
  stage: constantFrom('', '', '', '-internal0', '-rc42'),
}).map(({ minor, patch, stage }) => `${minor}.${patch}${stage}`);

const rows: Arbitrary<RegisteredVersion> = record({
  line: constantFrom('product', 'product', 'charts'),
  number: numbers,
  state: constantFrom('reserved', 'tagged', 'built', 'publishing', 'published', 'burned', 'withdrawn'),
  release: constantFrom('patch:1', 'patch:2', 'monthly:18.7'),
  shippedBy: numbers,
  composedOn: option(nat({ max: 3 })),
}).map(({ composedOn, shippedBy, ...row }) => ({
  ...row,
  productVersion: row.line === 'product' ? row.number : shippedBy,
  ...(composedOn === null ? {} : { composedOn: `${minorOf(row.number)}.${composedOn}` }),
}));

const tables = uniqueArray(rows, {
  minLength: 1,
  maxLength: 14,
  selector: ({ line, number }) => `${line} ${number}`,
});

async function fill(table: readonly RegisteredVersion[]): Promise<void> {
  await database.rows({ name: 'test.empty', text: 'DELETE FROM versions' }, []);
  for (const row of table) {
    const gone = row.state === 'burned' || row.state === 'withdrawn';
    await database.rows(
      {
        name: 'test.fill',
        text: `INSERT INTO versions (line, number, minor, sort_key, state, release, product_version, composed_on, reason)
          VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      },
      [
        row.line,
        row.number,
        minorOf(row.number),
        sortKey(row.number),
        row.state,
        row.release,
        row.productVersion,
        row.composedOn === undefined ? null : sortKey(row.composedOn),
        gone ? 'planted' : null,
      ],
    );
  }
}

function step(release: string, versions: readonly string[]) {
  return { release, workflowId: release, versions, transitions: [] };
}

/** What a release of the table may ask for: its own product versions that have not ended. */
function unitOf(table: readonly RegisteredVersion[], release: string): readonly string[] {
  const mine = table.filter((row) => row.release === release);
  const ended = mine.filter(({ state }) => state === 'burned' || state === 'withdrawn');
  return [...new Set(mine.map(({ productVersion }) => productVersion))].filter(
    (version) => !ended.some(({ productVersion }) => productVersion === version),
  );
}

it('claims exactly what the rule lets through, whatever the numbers given out so far', async () => {
  const answers = { claimed: 0, overtaken: 0 };
  await assert(
    asyncProperty(tables, constantFrom('patch:1', 'patch:2', 'monthly:18.7'), async (table, release) => {
      const versions = unitOf(table, release);
      if (versions.length === 0) return;
      await fill(table);

      const claim = await test.records.publication.claim(step(release, versions));

      // Its own claim is no foreign fact.
      const wasClaimed = table
        .filter((row) => row.release === release && versions.includes(row.productVersion))
        .every(({ state }) => state === 'publishing' || state === 'published');
      const overtaken = wasClaimed ? [] : overtakenVersions({ release, versions, registered: table });
      expect(claim).toMatchObject({ claimed: overtaken.length === 0, overtaken });
      answers[claim.claimed ? 'claimed' : 'overtaken'] += 1;
    }),
    { numRuns: 300 },
  );
  // Both answers came up often enough for their agreement to say something.
  expect(Math.min(answers.claimed, answers.overtaken)).toBeGreaterThan(30);
});

it('burns exactly what the rule lets go', async () => {
  const answers = { burned: 0, refused: 0 };
  await assert(
    asyncProperty(tables, constantFrom('patch:1', 'patch:2', 'monthly:18.7'), async (table, release) => {
      const versions = unitOf(table, release);
      if (versions.length === 0) return;
      await fill(table);

      const burned = await test.records.publication
        .withdraw({ ...step(release, versions), reason: 'aborted by ada' })
        .then(() => true)
        .catch((error: unknown) => {
          if (error instanceof RecordsConflict) return false;
          throw error;
        });

      const rule = burnVerdict({
        release,
        versions,
        reason: 'aborted by ada',
        publicBytes: false,
        disclosing: [],
        registered: table,
      });
      expect(burned).toBe(rule.verdict === 'pass');
      answers[burned ? 'burned' : 'refused'] += 1;
    }),
    { numRuns: 300 },
  );
  expect(Math.min(answers.burned, answers.refused)).toBeGreaterThan(30);
});

it('orders numbers as the database orders their keys', async () => {
  await assert(
    asyncProperty(array(numbers, { minLength: 2, maxLength: 8 }), async (some) => {
      const [answer] = await database.rows<{ keys: readonly (readonly number[])[] }>(
        {
          name: 'test.order',
          text: 'SELECT jsonb_agg(key ORDER BY ARRAY(SELECT jsonb_array_elements(key)::text::integer)) AS keys FROM jsonb_array_elements($1::jsonb) AS key',
        },
        [JSON.stringify(some.map(sortKey))],
      );

      const sorted = some.map(sortKey).toSorted((left, right) => {
        const at = left.findIndex((part, index) => part !== right[index]);
        return at < 0 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
      });
      expect(answer?.keys).toEqual(sorted);
    }),
    { numRuns: 50 },
  );
});
