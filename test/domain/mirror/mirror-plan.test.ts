import { assert, constantFrom, dictionary, option, property, record } from 'fast-check';
import {
  pairsToRelate,
  planMirror,
  relationKey,
  type KnownTag,
  type MirrorFacts,
  type RefFacts,
  type Relation,
} from '../../../domain/mirror/mirror-plan';
import { DIFFERENCES, type RefObjects } from '../../../domain/mirror/mirrored-ref';
import { aProject } from '../../support/projects';

const PROJECT = aProject({ name: 'gitaly' });
const MASTER = 'refs/heads/master';
const TAG = 'refs/tags/v18.6.2';

interface Told {
  readonly ref?: string;
  readonly agreed?: string;
  readonly left?: RefObjects;
  /** That every side's object names; the object itself by default. */
  readonly commit?: string;
  readonly known?: KnownTag;
  readonly relation?: Relation;
  /** Further tags on canonical. */
  readonly published?: readonly string[];
  readonly project?: MirrorFacts['project'];
}

/** Facts about one ref; `c s b` names its object on each side, `-` none. */
function facts(objects: string, told: Told = {}): MirrorFacts {
  const [canonical, security, build] = objects.split(' ').map((one) => (one === '-' ? undefined : one));
  const { ref = MASTER, agreed, left, known, relation, commit } = told;
  const there: RefObjects = {
    ...(canonical === undefined ? {} : { canonical }),
    ...(security === undefined ? {} : { security }),
    ...(build === undefined ? {} : { build }),
  };
  const peeled = Object.fromEntries(Object.keys(there).map((side) => [side, commit ?? '']));
  const one: RefFacts = {
    ref,
    objects: there,
    commits: commit === undefined ? there : peeled,
    ...(agreed === undefined ? {} : { agreed }),
    ...(left === undefined ? {} : { left }),
  };
  const others = (told.published ?? []).map((name): RefFacts => {
    const all = { canonical: name, security: name, build: name };
    return { ref: `refs/tags/${name}`, objects: all, commits: all };
  });
  const from = [security, build].filter((object) => object !== undefined && object !== canonical);
  const pairs = from.flatMap((object) =>
    relation === undefined || object === undefined || canonical === undefined
      ? []
      : [[relationKey({ from: object, to: canonical }), relation] as const],
  );
  return {
    project: told.project ?? PROJECT,
    refs: [one, ...others],
    tags: known === undefined ? {} : { [ref.replace('refs/tags/', '')]: known },
    relations: Object.fromEntries(pairs),
  };
}

/** `behind: security old→new` */
function planned(given: MirrorFacts): string {
  const plan = planMirror(given).find(({ ref }) => ref === given.refs[0]?.ref);
  if (plan === undefined) return 'no mirrored ref';
  const moves = plan.moves.map(({ side, from = '', to }) => `${side} ${from}→${to}`);
  return [plan.state, ...moves].join(' ');
}

const RESERVED: KnownTag = { release: 'patch:7', isPublic: false };
const TAGGED: KnownTag = { release: 'patch:7', commit: 'theirs', isPublic: false };

describe('a branch that is mirrored', () => {
  it.each<[string, string, Told, string]>([
    ['is the same everywhere', 'a a a', {}, 'in_sync'],
    ['was pushed on canonical', 'b a a', { relation: 'behind' }, 'behind security a→b build a→b'],
    ['was pushed, and security has it already', 'b b a', { relation: 'behind' }, 'behind build a→b'],
    ['is new', 'a - -', {}, 'missing security →a build →a'],
    ['is new, and build has it already', 'a - a', {}, 'missing security →a'],
    ['has commits of its own on security', 'a b a', { relation: 'ahead' }, 'ahead'],
    ['has gone two ways', 'a b a', { relation: 'diverged' }, 'diverged'],
    ['has no history in common', 'a b b', {}, 'diverged'],
    ['was rewritten on canonical', 'b a a', { relation: 'diverged', agreed: 'a' }, 'rewritten'],
    ['was set back on canonical', 'b a a', { relation: 'ahead', agreed: 'a' }, 'rewritten'],
    [
      'went on since all agreed',
      'b a a',
      { relation: 'behind', agreed: 'a' },
      'behind security a→b build a→b',
    ],
    ['was deleted on canonical', '- a a', { agreed: 'a' }, 'deleted'],
    ['was deleted on canonical and went on elsewhere', '- b a', { agreed: 'a' }, 'deleted'],
    ['never was on canonical', '- a -', {}, 'stray'],
    ['was deleted everywhere', '- - -', { agreed: 'a' }, 'gone'],
    ['never was anywhere', '- - -', {}, 'no mirrored ref'],
  ])('and %s', (_what, objects, told, expected) => {
    expect(planned(facts(objects, told))).toBe(expected);
  });

  it('goes on where it can, while another side differs', () => {
    const given = facts('c x a', { relation: 'diverged' });
    const relations = { ...given.relations, [relationKey({ from: 'a', to: 'c' })]: 'behind' as const };

    expect(planned({ ...given, relations })).toBe('diverged build a→c');
  });
});

describe('a tag that is mirrored', () => {
  it.each<[string, string, Told, string]>([
    ['is the same everywhere', 'a a a', {}, 'in_sync'],
    ['was just published', 'a - -', {}, 'missing security →a build →a'],
    ['names another object on security', 'a b a', {}, 'collision'],
    ['names another object on security, where it was the same before', 'a b a', { agreed: 'a' }, 'collision'],
    ['was moved on canonical', 'b a a', { agreed: 'a' }, 'collision'],
    ['was deleted on canonical', '- a a', { agreed: 'a' }, 'deleted'],
    ['was made by hand under a reserved name', 'a - -', { known: RESERVED }, 'collision'],
    ['was made by hand before the release did', 'a - -', { known: TAGGED }, 'collision'],
    ['is published by its release right now', 'a a a', { commit: 'theirs', known: TAGGED }, 'in_sync'],
    ['was made by hand on security alone', '- a -', {}, 'stray'],
    ['is private still, and only reserved', '- a a', { known: RESERVED }, 'no mirrored ref'],
    ['is private still', '- a a', { commit: 'theirs', known: TAGGED }, 'no mirrored ref'],
    ['is private still, and on build was made by hand', '- theirs b', { known: TAGGED }, 'collision'],
    ['was public by its release', '- a a', { known: { ...TAGGED, isPublic: true } }, 'deleted'],
    ['has a number below what is out', '- a -', { published: ['v18.6.1', 'v18.6.3'] }, 'no mirrored ref'],
    ['has a number above what is out', '- a -', { published: ['v18.6.1', 'v18.5.9'] }, 'stray'],
  ])('and %s', (_what, objects, told, expected) => {
    expect(planned(facts(objects, { ref: TAG, ...told }))).toBe(expected);
  });

  it('and was a candidate of what is out is left alone', () => {
    const given = facts('- a -', { ref: 'refs/tags/v18.6.0-rc42', published: ['v18.6.0'] });

    expect(planned(given)).toBe('no mirrored ref');
  });

  it('needs nothing of git to be judged', () => {
    expect(pairsToRelate(facts('a b -', { ref: TAG }))).toEqual([]);
  });

  it('is told with the release whose private tag it is not, and nothing is overwritten', () => {
    const [plan] = planMirror(facts('- b theirs', { ref: TAG, known: TAGGED }));

    expect(plan).toMatchObject({
      isClaimed: true,
      moves: [],
      sentence: 'The tag v18.6.2 on security is not of patch:7, which has reserved that name.',
    });
  });

  it('is told with the release whose name it takes', () => {
    const [plan] = planMirror(facts('a - -', { ref: TAG, known: RESERVED }));

    expect(plan?.sentence).toBe(
      'The tag v18.6.2 on canonical is not of patch:7, which has reserved that name.',
    );
  });
});

describe('a difference that a person has left', () => {
  const left = { canonical: 'a', security: 'b', build: 'a' };

  it('stays left while it is the same', () => {
    expect(planned(facts('a b a', { ref: TAG, left }))).toBe('left');
  });

  it('is told again once an object of it changes', () => {
    expect(planned(facts('a c a', { ref: TAG, left }))).toBe('collision');
  });

  it('does not hide that all agree again', () => {
    expect(planned(facts('a a a', { ref: TAG, left }))).toBe('in_sync');
  });
});

describe('a project with fewer repositories', () => {
  const two = aProject({
    name: 'two',
    repositories: { canonical: 'group/two', security: 'group/security/two', build: 'group/security/two' },
  });
  const one = aProject({
    name: 'one',
    repositories: { canonical: 'group/one', security: 'group/one', build: 'group/one' },
  });

  it('has nothing to bring level on a side that is another one', () => {
    expect(planned(facts('b a -', { project: two, relation: 'behind' }))).toBe('behind security a→b');
    expect(planned(facts('a - -', { project: one }))).toBe('in_sync');
  });

  it('still has its reserved names watched', () => {
    expect(planned(facts('a - -', { project: one, ref: TAG, known: RESERVED }))).toBe('collision');
  });
});

const names = constantFrom('a', 'b', 'c');
const anything = record({
  objects: record({ canonical: names, security: names, build: names }, { requiredKeys: [] }),
  agreed: option(names, { nil: undefined }),
  ref: constantFrom(MASTER, TAG, 'refs/heads/18-6-stable', 'refs/tags/v18.7.0-rc42'),
  relations: dictionary(
    constantFrom('a..b', 'a..c', 'b..a', 'b..c', 'c..a', 'c..b'),
    constantFrom<Relation>('behind', 'ahead', 'diverged'),
  ),
});

describe('whatever the sides hold', () => {
  it('nothing is moved but forward, and only to what canonical has', () => {
    assert(
      property(anything, ({ objects, agreed, ref, relations }) => {
        const given = { ref, objects, commits: objects, ...(agreed === undefined ? {} : { agreed }) };
        const [plan] = planMirror({ project: PROJECT, refs: [given], tags: {}, relations });

        const wrong = (plan?.moves ?? []).filter(({ side, from, to }) => {
          const isForward = from === undefined || relations[relationKey({ from, to })] === 'behind';
          return to !== objects.canonical || from !== objects[side] || !isForward;
        });
        expect(wrong).toEqual([]);
      }),
    );
  });

  it('one walk of the plan is enough: then a ref is in sync, or a person is asked', () => {
    assert(
      property(anything, ({ objects, agreed, ref, relations }) => {
        const given = { ref, objects, commits: objects, ...(agreed === undefined ? {} : { agreed }) };
        const [plan] = planMirror({ project: PROJECT, refs: [given], tags: {}, relations });
        const moved = Object.fromEntries((plan?.moves ?? []).map(({ side, to }) => [side, to]));
        const walked = { ...given, objects: { ...objects, ...moved } };

        const [after] = planMirror({ project: PROJECT, refs: [walked], tags: {}, relations });

        const isSettled =
          after === undefined || DIFFERENCES.has(after.state) || ['in_sync', 'gone'].includes(after.state);
        expect(isSettled).toBe(true);
      }),
    );
  });
});
