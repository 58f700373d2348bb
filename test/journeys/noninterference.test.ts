import { resolve } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { FAILURE_CONVERTER_PATH } from '../../engine/data-converter';
import { CONTROLS, nameEverywhere } from '../noninterference/controls';
import { firstDifferences } from '../noninterference/first-difference';
import { look, lookAtEverything, SURFACES, type Look, type Surface } from '../noninterference/everything';
import { LEAKS, nothing } from '../noninterference/leaks';
import type { Seen } from '../noninterference/seen';
import {
  ACTS_FOR_THE_CLEARED,
  compared,
  GATEWAY,
  GITLAB,
  TELLS_NOTHING_TO_ANYBODY,
  WORDLESS,
} from '../noninterference/surfaces';
import { DECLARED, differences, type Everything } from '../noninterference/declared';
import { CODE, MINORS, plantEveryState, type Planted } from '../noninterference/stories';
import { collectWorkerLog } from '../noninterference/worker-log';
import { startWorld, type World } from '../noninterference/world';

const STORY_MS = 1_200_000;
const SEEDED_AT = new Date();
/** A few in short, all of them in the long form. */
const LEAKS_TRIED = Number(process.env['SIGNALBOX_PROOF_MOMENTS'] ?? 3);
const PROJECTS =
  LEAKS_TRIED > 3 ? ['gitaly', 'gitlab', 'omnibus-gitlab', 'cng', 'charts'] : ['gitaly', 'gitlab'];

interface Told {
  readonly world: World;
  readonly releases: readonly string[];
  /** When all that the second patch discloses is composed, tagged and built, and nothing of it is public. */
  readonly before: Everything;
  /** What the gateway tells those who are cleared at that moment. */
  readonly cleared: Seen;
  /** When the second patch is published. */
  readonly after: Everything;
}

let worlds: readonly World[] = [];
let planted: Planted;
let without: Told;
let withFixes: Told;

const workerLog = collectWorkerLog();

/** One patch that leaves every fix out and is published, then one that waits for its approval with a fix on board. */
async function live(world: World): Promise<readonly string[]> {
  world.endEra('before');
  const first = await world.startPatch(['18.6']);
  await world.waitsForApproval(first);
  world.endEra(`until ${first} waits`);
  await world.approve(first);
  await world.isOver(first);
  world.endEra(`until ${first} is out`);
  const second = await world.startPatch(MINORS);
  await world.waitsForApproval(second);
  world.endEra(`until ${second} waits`);
  return [first, second];
}

/** Heads of fixes in each state, and an object that never was. */
function objectsAsked(): readonly string[] {
  const heads = [planted.fix, ...planted.others].flatMap((fix) => Object.values(fix.heads).slice(0, 1));
  return [...heads, '1'.repeat(40)];
}

function at({ world, releases }: Pick<Told, 'world' | 'releases'>): Look {
  const asked = { embargo: `embargo:${CODE}`, objects: objectsAsked() };
  return { ...asked, world, releases, workerLog: () => workerLog.of(world) };
}

async function disclose({
  world,
  releases: [, second = ''],
}: Pick<Told, 'world' | 'releases'>): Promise<void> {
  await world.approve(second);
  await world.isOver(second);
  world.endEra(`until ${second} is out`);
}

/** Both are looked at one after the other: commands read where their gateway is from the environment of the process. */
async function seenBeforeAndAfter(
  lived: readonly Pick<Told, 'world' | 'releases'>[],
): Promise<readonly Told[]> {
  const before = [];
  for (const one of lived)
    before.push({ before: await lookAtEverything(at(one)), cleared: await CONTROLS.gateway(at(one)) });
  await Promise.all(lived.map(disclose));
  const told: Told[] = [];
  for (const [index, one] of lived.entries()) {
    const after = await lookAtEverything(at(one));
    told.push({ before: {}, cleared: {}, ...before[index], ...one, after });
  }
  return told;
}

beforeAll(async () => {
  const { code } = await bundleWorkflowCode({
    workflowsPath: resolve(__dirname, '../../workflows/index.ts'),
    failureConverterPath: FAILURE_CONVERTER_PATH,
    logger: new DefaultLogger('ERROR'),
  });
  worlds = await Promise.all([1, 2].map(() => startWorld({ seededAt: SEEDED_AT, code, projects: PROJECTS })));
  const [one, other] = worlds as [World, World];
  await Promise.all(worlds.map((world) => world.publishCalendar()));
  planted = await plantEveryState(other);
  const [releases, others] = await Promise.all([live(one), live(other)]);
  [without, withFixes] = (await seenBeforeAndAfter([
    { world: one, releases },
    { world: other, releases: others },
  ])) as [Told, Told];
}, STORY_MS);
afterAll(async () => {
  await Promise.all(worlds.map((world) => world.end()));
}, 60_000);

describe('with fixes under embargo, after one patch and up to the last moment of another, the same is seen as without', () => {
  it.each(SURFACES)('of %s', (surface) => {
    expect(firstDifferences(without.before[surface] ?? {}, withFixes.before[surface] ?? {})).toEqual({});
  });
});

it('compares calendars that hold something', () => {
  for (const { before } of [without, withFixes]) {
    const { status, body } = JSON.parse(before['gateway']?.['GET /api/v1/calendar'] ?? '{}');

    expect(status).toBe(200);
    expect(body.events).not.toEqual([]);
    expect(before['commands']?.['calendar show']).toContain(body.events.at(-1).release);
  }
});

it('asked for by its id, an object of a fix is refused in the words in which one that never was is', () => {
  for (const { repositories } of withFixes.world.settings.projects) {
    const answers = Object.entries(withFixes.before['objects asked for'] ?? {}).filter(([where]) =>
      where.startsWith(`${repositories.canonical} `),
    );

    expect(answers).toHaveLength(objectsAsked().length);
    expect(new Set(answers.map(([, answer]) => answer)).size).toBe(1);
  }
});

describe('once a fix is disclosed', () => {
  it('differs what was declared to, and nothing else', () => {
    const found = differences(without.after, withFixes.after);

    const undeclared = Object.entries(found).filter(
      ([where]) => !DECLARED.some(({ shows }) => shows.test(where)),
    );
    expect(Object.fromEntries(undeclared)).toEqual({});
    expect(DECLARED.filter(({ shows }) => !Object.keys(found).some((one) => shows.test(one)))).toEqual([]);
  });
});

it('names the disclosed fix to nobody outside its audience until its texts are open', () => {
  for (const surface of ['refs', 'GitLab, to nobody', 'GitLab, to somebody', 'logs'])
    expect(JSON.stringify(withFixes.after[surface])).not.toContain(CODE);
  const announced = Object.values(withFixes.after['GitLab, to nobody'] ?? {}).filter((text) =>
    text.includes('with 1 security fix'),
  );
  expect(announced).not.toEqual([]);
  expect(announced.join()).not.toContain('A hole nobody may know of');
});

describe('the probes find a fix where it may be found', () => {
  beforeAll(() => nameEverywhere(withFixes.world, planted.fix.heads['18.6'] ?? ''), 60_000);

  it.each(SURFACES)(
    'of %s',
    async (surface) => {
      const seen = await CONTROLS[surface](at(withFixes));

      expect(finds(surface, seen)).toBe(true);
    },
    60_000,
  );

  it('on every route of GitLab that has words of people', async () => {
    const seen = await CONTROLS['GitLab, to nobody'](at(withFixes));

    const silent = compared(GITLAB).filter((route) => {
      const pattern = new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`);
      return !Object.entries(seen).some(([url, text]) => pattern.test(url) && text.includes(CODE));
    });
    expect(silent.filter((route) => !(route in WORDLESS))).toEqual([]);
  }, 60_000);

  it('on every route of the gateway that tells those who are cleared more', () => {
    const { cleared, before } = withFixes;
    const uncleared = before['gateway'] ?? {};

    const same = compared(GATEWAY).filter(
      (route) => (cleared[route] ?? uncleared[route]) === uncleared[route],
    );
    const asked = same.filter((route) => !(route in TELLS_NOTHING_TO_ANYBODY));
    expect(asked.filter((route) => !(route in ACTS_FOR_THE_CLEARED))).toEqual([]);
  }, 60_000);
});

describe('what tells is seen', () => {
  it.each(LEAKS.slice(0, LEAKS_TRIED).map((leak) => [leak.name, leak] as const))(
    '%s',
    async (_name, { surface, harmless, telling }) => {
      const quiet = await changed(without, { surface, by: harmless });
      const told = await changed(withFixes, { surface, by: telling });

      expect(told).not.toEqual(quiet);
      // A surface that changes by itself would show a difference whatever was told.
      for (const unprovoked of harmless === nothing ? [quiet] : []) expect(unprovoked).toEqual({});
    },
    60_000,
  );
});

/** Whether a positive control shows the fix; of the logs, each has to. */
function finds(surface: Surface, seen: Seen): boolean {
  const texts = Object.values(seen);
  if (surface === 'objects asked for') return texts.join() === 'given';
  if (surface === 'logs') return texts.every((text) => text.includes(CODE));
  return texts.some((text) => text.includes(CODE) || text.includes(planted.fix.heads['18.6'] ?? CODE));
}

interface Happening {
  readonly surface: Surface;
  readonly by: (world: World) => Promise<void>;
}

/** What of a surface is new or changed by what happens. */
async function changed(told: Told, { surface, by }: Happening): Promise<Seen> {
  const before = await look(surface, at(told));
  await by(told.world);
  const after = await look(surface, at(told));
  return Object.fromEntries(Object.entries(after).filter(([where, text]) => before[where] !== text));
}
