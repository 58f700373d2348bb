import { appendFileSync } from 'node:fs';
import { randomHistory, shrink, tell, type House, type Outcome } from './history';
import { PLANTED_FAULTS } from './planted-faults';
import type { Law } from './checks';

const MOST_HISTORIES = 20_000;
const SEED = 1;
/** The longest that a release manager is asked to read. */
const MOST_SENTENCES = 80;
/** Where the stories go for who wants to read them. */
const STORIES = process.env['SIGNALBOX_STORIES'];

/** Another law may be broken before; what is looked for is the one that the fault is about. */
function firstThatBreaks(law: Law, house: House): Outcome | undefined {
  for (let seed = SEED; seed < SEED + MOST_HISTORIES; seed += 1) {
    const outcome = randomHistory(seed, house);
    if (outcome.violation?.law === law) return outcome;
  }
  return undefined;
}

it.each(PLANTED_FAULTS)(
  'finds out when $fault',
  ({ fault, house, breaks }) => {
    const found = firstThatBreaks(breaks, house);

    const story = found === undefined ? 'It was not found.' : tell(shrink(found, house));
    if (STORIES !== undefined) appendFileSync(STORIES, `# When ${fault}\n\n${story}\n\n`);
    expect(story).toContain(`Broken: ${breaks}.`);
    expect(story.split('\n').length).toBeLessThanOrEqual(MOST_SENTENCES);
  },
  120_000,
);
