import {
  conflictNotice,
  type CompositionConflict,
  type Opponent,
  type Reader,
} from '../../../domain/embargo/composition-conflict';
import { aProject } from '../../support/projects';

const FIX = 'embargo:7h2k9x0q4d';
const OTHER = 'embargo:1111111111';
const BASE = 'c'.repeat(40);
const PLACE = {
  project: aProject({ name: 'gitlab' }),
  line: 'default',
  branch: 'master',
  canonicalUrl: 'https://gitlab.example/group/gitlab.git',
};

const OWNER: Reader = { id: 'ada', clearedFor: [FIX] };
const APPSEC: Reader = { id: 'sec', clearedFor: [FIX, OTHER] };
const AUTHOR_OF_THE_PUBLIC_CHANGE: Reader = { id: 'bob', clearedFor: [] };
const OWNER_OF_ANOTHER_FIX: Reader = { id: 'eve', clearedFor: [OTHER] };

function conflict(against: Opponent, files: readonly string[] = ['app.rb']): CompositionConflict {
  return { topic: { embargo: FIX, ordinal: 1, head: 'a'.repeat(40) }, against, files };
}

const WITH_BASE = conflict({ kind: 'base', base: BASE });
const WITH_PUBLIC_CHANGE = conflict({ kind: 'public-change', mergeRequest: 412 });
const WITH_TOPIC = conflict({ kind: 'topics', embargoes: [OTHER] });

function told(one: CompositionConflict, reader: Reader, owner: Reader = OWNER) {
  return conflictNotice({ conflict: one, owner, place: PLACE, reader });
}

it('tells the owner of a fix what contradicts it, and what to run', () => {
  expect(told(WITH_BASE, OWNER)).toEqual({
    whoActs: 'ada',
    sentence:
      'The fix of embargo:7h2k9x0q4d in gitlab (default) contradicts master at cccccccccccc in app.rb. It is in no composition until canonical is merged into the topic.',
    command: `git switch topic/7h2k9x0q4d/default && git fetch https://gitlab.example/group/gitlab.git master && git merge -m 'Merge master' ${BASE}`,
  });
});

it('tells the owner of a fix days ahead that a public change will contradict it', () => {
  expect(told(WITH_PUBLIC_CHANGE, OWNER)).toMatchObject({
    whoActs: 'ada',
    sentence:
      'The fix of embargo:7h2k9x0q4d in gitlab (default) will contradict !412 in app.rb once that is merged into master. Then canonical has to be merged into the topic.',
  });
});

it.each([
  ['with canonical', WITH_BASE],
  ['with a public change', WITH_PUBLIC_CHANGE],
  ['with another fix', WITH_TOPIC],
])('tells who is not cleared of a conflict %s what it tells of none: nothing', (_what, one) => {
  expect(told(one, AUTHOR_OF_THE_PUBLIC_CHANGE)).toBeUndefined();
  expect(told(one, OWNER_OF_ANOTHER_FIX)).toBeUndefined();
});

it('does not tell the owner of one fix that there is another, but whoever is cleared for both', () => {
  expect(told(WITH_TOPIC, OWNER)).toBeUndefined();
  expect(told(WITH_TOPIC, APPSEC)).toEqual({
    whoActs: 'AppSec',
    sentence:
      'The fix of embargo:7h2k9x0q4d in gitlab (default) contradicts embargo:1111111111, registered before it, in app.rb. Change it so that both merge, or build it on that topic; then they are disclosed together.',
  });
  expect(told(WITH_TOPIC, APPSEC, APPSEC)?.whoActs).toBe('sec');
});

it('names five files and counts the rest', () => {
  const files = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

  expect(told(conflict({ kind: 'base', base: BASE }, files), OWNER)?.sentence).toContain(
    'in a, b, c, d, e and 2 more.',
  );
});
