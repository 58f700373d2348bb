import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { retryWhileOpen } from '../../engine/retry-while-open';
import { live, REACHED, shrink, tell, type Reached } from '../interleavings/engine/engine-history';
import { EngineWorkers } from '../interleavings/engine/engine-workers';
import type { SharedHouse } from '../interleavings/engine/engine-world';
import { engineHistoryOf } from '../interleavings/engine/happenings';
import { beQuiet } from '../support/quiet-runtime';
import { KEPT_HISTORIES } from '../interleavings/engine/kept-histories';
import { PLANTED_FAULTS } from '../interleavings/engine/planted-faults';
import { ProductTemplate } from '../interleavings/engine/planted-product';

const HISTORIES = Number(process.env['SIGNALBOX_ENGINE_HISTORIES'] ?? 25);
const SEED = Number(process.env['SIGNALBOX_ENGINE_SEED'] ?? 1);
/** Histories in which every place worth coming to is come to. */
const ENOUGH = 25;
/** At once, each with repositories, records and workers of its own. */
const SIDE_BY_SIDE = 4;
const A_HISTORY_MS = 120_000;

let openHouse: () => SharedHouse;
let end: () => Promise<void>;
const reached = new Set<Reached>();

beforeAll(async () => {
  beQuiet();
  const address = process.env['SIGNALBOX_TEST_ADDRESS'] ?? '';
  const connection = await Connection.connect({ address, interceptors: [retryWhileOpen] });
  const native = await NativeConnection.connect({ address });
  const template = await ProductTemplate.make();
  const client = new Client({ connection });
  const opened: EngineWorkers[] = [];
  openHouse = () => {
    const workers = new EngineWorkers(native);
    opened.push(workers);
    return { client, template, workers };
  };
  end = async () => {
    await Promise.all(opened.map((workers) => workers.end()));
    await template.end();
    await native.close();
    await connection.close();
  };
}, 60_000);
afterAll(() => end());

/** @returns the story of the first that breaks a law, as short as it can be told */
async function firstBroken(seeds: number[]): Promise<string | undefined> {
  const house = openHouse();
  for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
    const began = performance.now();
    const outcome = await live(house, { history: engineHistoryOf(seed) });
    for (const place of outcome.reached) reached.add(place);
    if (process.env['SIGNALBOX_ENGINE_TOLD'] !== undefined)
      process.stderr.write(`seed ${seed}: ${Math.round(performance.now() - began)} ms\n`);
    if (outcome.violation === undefined) continue;
    seeds.length = 0;
    process.stderr.write(`seed ${seed} breaks a law:\n${tell(outcome)}\n`);
    return `Seed ${seed}:\n${tell(await shrink(house, { outcome }))}`;
  }
  return undefined;
}

describe('histories on the real engine, real records and real repositories', () => {
  it(
    `break no law, ${HISTORIES} of them from seed ${SEED} on`,
    async () => {
      const seeds = Array.from({ length: HISTORIES }, (_, index) => SEED + index);

      const broken = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => firstBroken(seeds)));

      expect(broken.filter((story) => story !== undefined)).toEqual([]);
      expect(HISTORIES < ENOUGH ? [] : REACHED.filter((place) => !reached.has(place))).toEqual([]);
    },
    HISTORIES * A_HISTORY_MS,
  );

  it.each(KEPT_HISTORIES)(
    'break no law any more: $story',
    async ({ history }) => {
      const outcome = await live(openHouse(), { history });

      expect(tell(outcome)).toContain('Nothing is wrong.');
    },
    A_HISTORY_MS,
  );

  it.each(PLANTED_FAULTS)(
    'find out when $fault',
    async ({ history, replaced, breaks }) => {
      const outcome = await live(openHouse(), { history, fault: replaced });

      expect(tell(outcome)).toContain(`Broken: ${breaks}.`);
    },
    A_HISTORY_MS,
  );
});
