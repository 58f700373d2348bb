import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failureOf } from '../outside-world';
import {
  CODE,
  EMBARGO,
  startGateHouse,
  type CommitWanted,
  type GateHouse,
  type Place,
  type PushWanted,
} from '../../support/gate-house';

/** Somebody, or something, that would carry a secret to canonical. */
interface Door {
  /** What must not get out: an object id. */
  readonly secret: (house: GateHouse) => string;
  /** Where it may be: the probe has to find it there first. */
  readonly allowedAt: Place;
  readonly attempt: (house: GateHouse) => Promise<PushWanted>;
  readonly sentence?: string;
  readonly type?: string;
  /** Whether the cleared find it among what was denied for the embargo. */
  readonly isTold?: boolean;
}

const FOREIGN = 'it would make commits public that neither are public nor were made by this release';
const NAMES = 'a file or message in it names something that is not public';
const ODD = 'it would make something public that is not a version or a branch of the release';
const DOUBT = 'it cannot be judged what it would make public: the clone is not to be trusted';

const TOPIC = `topic/${CODE}/default`;

function fix(house: GateHouse): string {
  return house.world.sha('t2');
}

function stable(house: GateHouse, object: string): PushWanted['refs'][number] {
  return { ref: 'refs/heads/18-6-stable', object, from: house.world.sha('p1') };
}

/** A version commit that says nothing but its version, unless told more. */
async function version(house: GateHouse, changes: CommitWanted['changes'] = {}) {
  const commit = await house.commit({ on: ['p1'], changes: { VERSION: '18.6.2\n', ...changes } });
  return { refs: [stable(house, commit)], made: [commit] };
}

const DOORS: Readonly<Record<string, Door>> = {
  'the topic itself, pushed as a branch': {
    secret: fix,
    allowedAt: 'security',
    attempt: async (house) => ({ refs: [{ ref: 'refs/heads/fix', object: fix(house) }] }),
    isTold: true,
  },
  'the topic, though an effect says that it has made it': {
    secret: fix,
    allowedAt: 'security',
    attempt: async (house) => ({
      refs: [{ ref: 'refs/heads/fix', object: fix(house) }],
      made: [fix(house), house.world.sha('t1')],
    }),
    isTold: true,
  },
  'work on the security side that nobody has registered': {
    secret: (house) => house.world.sha('work'),
    allowedAt: 'security',
    attempt: async (house) => ({ refs: [{ ref: 'refs/heads/work', object: house.world.sha('work') }] }),
  },
  'a topic that was pushed, seen and deleted again': {
    secret: fix,
    allowedAt: 'mirror',
    attempt: async (house) => {
      await house.push(await version(house));
      house.git('security', ['update-ref', '-d', `refs/heads/${TOPIC}`]);
      await house.mirror.fetch('security');
      return {
        refs: [{ ref: 'refs/heads/fix', object: fix(house) }],
        made: [fix(house), house.world.sha('t1')],
      };
    },
    isTold: true,
  },
  'a commit of a topic whose branch has been rebased since': {
    secret: fix,
    allowedAt: 'security',
    attempt: async (house) => {
      await house.push(await version(house));
      house.git('security', ['update-ref', `refs/heads/${TOPIC}`, house.world.sha('t1')]);
      return {
        refs: [{ ref: 'refs/heads/fix', object: fix(house) }],
        made: [fix(house), house.world.sha('t1')],
      };
    },
    isTold: true,
  },
  'replace refs that show a public commit in the place of the secret one': {
    secret: fix,
    allowedAt: 'security',
    attempt: async (house) => {
      house.git('mirror', ['replace', fix(house), house.world.sha('p2')]);
      return { refs: [{ ref: 'refs/heads/fix', object: fix(house) }] };
    },
    sentence: `${DOUBT} (it has replace refs)`,
    type: 'ConfigurationError',
  },
  grafts: {
    secret: fix,
    allowedAt: 'security',
    attempt: async (house) => {
      mkdirSync(join(house.mirror.directory, 'info'), { recursive: true });
      writeFileSync(join(house.mirror.directory, 'info', 'grafts'), `${house.world.sha('t2')}\n`);
      return { refs: [{ ref: 'refs/heads/fix', object: fix(house) }] };
    },
    sentence: `${DOUBT} (it has grafts)`,
    type: 'ConfigurationError',
  },
  'a shallow clone': {
    secret: fix,
    allowedAt: 'security',
    attempt: async (house) => {
      writeFileSync(join(house.mirror.directory, 'shallow'), `${house.world.sha('t2')}\n`);
      return { refs: [{ ref: 'refs/heads/fix', object: fix(house) }] };
    },
    sentence: `${DOUBT} (it is a shallow clone)`,
    type: 'ConfigurationError',
  },
  'a public store that borrows objects of the mirror': {
    secret: (house) => house.world.sha('work'),
    allowedAt: 'security',
    attempt: async (house) => {
      const { directory, publicDirectory } = house.mirror;
      await house.mirror.fetch('canonical');
      mkdirSync(join(publicDirectory, 'objects', 'info'), { recursive: true });
      writeFileSync(
        join(publicDirectory, 'objects', 'info', 'alternates'),
        `${join(directory, 'objects')}\n`,
      );
      return { refs: [{ ref: 'refs/heads/work', object: house.world.sha('work') }] };
    },
    sentence: `${DOUBT} (it borrows objects from another repository)`,
    type: 'ConfigurationError',
  },
  'a partial clone': {
    secret: fix,
    allowedAt: 'security',
    attempt: async (house) => {
      house.git('mirror', ['config', 'remote.origin.promisor', 'true']);
      return { refs: [{ ref: 'refs/heads/fix', object: fix(house) }] };
    },
    sentence: 'it is a partial clone',
    type: 'ConfigurationError',
  },
  'attributes that hide what files say': {
    secret: fix,
    allowedAt: 'security',
    attempt: async (house) => {
      mkdirSync(join(house.mirror.directory, 'info'), { recursive: true });
      writeFileSync(join(house.mirror.directory, 'info', 'attributes'), '* -diff\n');
      return { refs: [{ ref: 'refs/heads/fix', object: fix(house) }] };
    },
    sentence: 'it has attributes of its own',
    type: 'ConfigurationError',
  },
  'a tag of a tag of the secret': {
    secret: fix,
    allowedAt: 'security',
    attempt: async (house) => {
      const inner = house.tag({ name: 'inner', of: fix(house) });
      const outer = house.tag({ name: 'v18.6.2', of: inner, type: 'tag' });
      return { refs: [{ ref: 'refs/tags/v18.6.2', object: outer }], made: [outer, inner] };
    },
    isTold: true,
  },
  'a tag on the way to a public commit that no effect has made': {
    secret: (house) => house.tag({ name: 'fixes-tokens', of: house.world.sha('p2') }),
    allowedAt: 'mirror',
    attempt: async (house) => {
      const inner = house.tag({ name: 'fixes-tokens', of: house.world.sha('p2') });
      const outer = house.tag({ name: 'v18.6.2', of: inner, type: 'tag' });
      return { refs: [{ ref: 'refs/tags/v18.6.2', object: outer }], made: [outer] };
    },
  },
  'a tag of a secret file': {
    secret: (house) => house.git('mirror', ['rev-parse', `${fix(house)}:lib/tokens.rb`]),
    allowedAt: 'security',
    attempt: async (house) => {
      const file = house.git('mirror', ['rev-parse', `${fix(house)}:lib/tokens.rb`]);
      const tag = house.tag({ name: 'v18.6.2', of: file, type: 'blob' });
      return { refs: [{ ref: 'refs/tags/v18.6.2', object: tag }], made: [tag] };
    },
    isTold: true,
  },
  'a tag of a file that nobody has registered': {
    secret: (house) => house.git('mirror', ['rev-parse', `${house.world.sha('work')}:lib/try.rb`]),
    allowedAt: 'security',
    attempt: async (house) => {
      const file = house.git('mirror', ['rev-parse', `${house.world.sha('work')}:lib/try.rb`]);
      const tag = house.tag({ name: 'v18.6.2', of: file, type: 'blob' });
      return { refs: [{ ref: 'refs/tags/v18.6.2', object: tag }], made: [tag] };
    },
    sentence: ODD,
  },
  'a ref that is no branch and no tag': {
    secret: (house) => house.git('mirror', ['commit-tree', '-m', 'odd', `${house.world.sha('p1')}^{tree}`]),
    allowedAt: 'mirror',
    attempt: async (house) => {
      const commit = await house.commit({ on: ['p1'], changes: { VERSION: '18.6.2\n' } });
      return { refs: [{ ref: 'refs/notes/odd', object: commit }], made: [commit] };
    },
    sentence: ODD,
  },
  'a branch that names a tag and no commit': {
    secret: (house) => house.tag({ name: 'fixes-tokens', of: house.world.sha('p2') }),
    allowedAt: 'mirror',
    attempt: async (house) => {
      const tag = house.tag({ name: 'fixes-tokens', of: house.world.sha('p2') });
      return { refs: [{ ref: 'refs/heads/odd', object: tag }], made: [tag] };
    },
    sentence: ODD,
  },
  'a configuration that brings another one along': {
    secret: fix,
    allowedAt: 'security',
    attempt: async (house) => {
      house.git('mirror', ['config', 'include.path', '/dev/null']);
      return { refs: [{ ref: 'refs/heads/fix', object: fix(house) }] };
    },
    sentence: 'its configuration includes another',
    type: 'ConfigurationError',
  },
  'an octopus merge with the topic among its parents': {
    secret: fix,
    allowedAt: 'security',
    attempt: async (house) => {
      const merge = await house.commit({ on: ['p1', 'side', fix(house)] });
      return { refs: [stable(house, merge)], made: [merge] };
    },
    isTold: true,
  },
  'an evil merge of public commits that holds a secret file': {
    secret: (house) => house.git('mirror', ['rev-parse', `${fix(house)}:lib/tokens.rb`]),
    allowedAt: 'security',
    attempt: async (house) => {
      const file = house.git('mirror', ['cat-file', 'blob', `${fix(house)}:lib/tokens.rb`]);
      const merge = await house.commit({ on: ['p1', 'side'], changes: { 'lib/tokens.rb': `${file}\n` } });
      return { refs: [stable(house, merge)], made: [merge] };
    },
    isTold: true,
  },
  'an evil merge of public commits that holds a secret file, written a little differently': {
    secret: fix,
    allowedAt: 'security',
    attempt: async (house) => {
      const merge = await house.commit({
        on: ['p1', 'side'],
        tree: house.git('mirror', [
          'merge-tree',
          '--write-tree',
          house.world.sha('p1'),
          house.world.sha('side'),
        ]),
        changes: { 'lib/tokens.rb': 'class Tokens # secure_compare(given, kept)\nend\n' },
      });
      return { refs: [stable(house, merge)], made: [merge] };
    },
  },
  'a squash of the topic': {
    secret: (house) => house.git('mirror', ['rev-parse', `${fix(house)}^{tree}`]),
    allowedAt: 'security',
    attempt: async (house) => {
      const squash = await house.commit({ on: ['p2'], tree: `${fix(house)}^{tree}` });
      return { refs: [{ ref: 'refs/heads/fix', object: squash }], made: [squash] };
    },
    isTold: true,
  },
  'a cherry-pick whose conflict was resolved otherwise, by somebody': {
    secret: fix,
    allowedAt: 'security',
    attempt: async (house) => {
      const pick = await house.commit({
        on: ['p1'],
        changes: { 'lib/tokens.rb': 'class Tokens\n  # compares\nend\n' },
        key: null,
      });
      return { refs: [stable(house, pick)] };
    },
  },
  'a cherry-pick whose conflict was resolved otherwise, in the name of an effect': {
    secret: fix,
    allowedAt: 'security',
    attempt: async (house) => {
      const pick = await house.commit({
        on: ['p1'],
        changes: { 'lib/tokens.rb': 'class Tokens\n  # compares\nend\n' },
      });
      return { refs: [stable(house, pick)], made: [pick] };
    },
  },
  'a commit of another release, in the name of this one': {
    secret: fix,
    allowedAt: 'security',
    attempt: async (house) => {
      const commit = await house.commit({
        on: ['p1'],
        changes: { VERSION: '18.6.9\n' },
        key: 'patch:8/tag/gitlab/18.6.9',
      });
      return { refs: [stable(house, commit)], made: [commit] };
    },
  },
  'a version file that names the secret commit': {
    secret: fix,
    allowedAt: 'mirror',
    attempt: async (house) => version(house, { VERSION: `${fix(house)}\n` }),
    sentence: NAMES,
    isTold: true,
  },
  'a pin that names twelve digits of the secret commit, among others': {
    secret: fix,
    allowedAt: 'mirror',
    attempt: async (house) => version(house, { GITALY_SERVER_VERSION: `18.6.2${fix(house).slice(0, 12)}\n` }),
    sentence: NAMES,
    isTold: true,
  },
  'a changelog that names a secret file': {
    secret: fix,
    allowedAt: 'mirror',
    attempt: async (house) =>
      version(house, {
        'CHANGELOG.md': `Blob ${house.git('mirror', ['rev-parse', `${fix(house)}:lib/tokens.rb`])}\n`,
      }),
    sentence: NAMES,
    isTold: true,
  },
  'a version file that names a commit which nobody has registered': {
    secret: (house) => house.world.sha('work'),
    allowedAt: 'mirror',
    attempt: async (house) => version(house, { VERSION: `${house.world.sha('work')}\n` }),
    sentence: NAMES,
  },
  'a submodule at the secret commit': {
    secret: fix,
    allowedAt: 'mirror',
    attempt: async (house) => version(house, { GITALY_SERVER_VERSION: { submodule: fix(house) } }),
    sentence: NAMES,
    isTold: true,
  },
  'a submodule at a commit which nobody has registered': {
    secret: (house) => house.world.sha('work'),
    allowedAt: 'mirror',
    attempt: async (house) =>
      version(house, { GITALY_SERVER_VERSION: { submodule: house.world.sha('work') } }),
    sentence: NAMES,
  },
  'a commit which nobody has registered, passed off as a file': {
    secret: (house) => house.world.sha('work'),
    allowedAt: 'mirror',
    attempt: async (house) => version(house, { VERSION: { passedOff: house.world.sha('work') } }),
    sentence: NAMES,
  },
  'a message that says what it was picked from': {
    secret: fix,
    allowedAt: 'mirror',
    attempt: async (house) => {
      const commit = await house.commit({
        on: ['p1'],
        changes: { VERSION: '18.6.2\n' },
        message: `Update version files\n\n(cherry picked from commit ${fix(house)})`,
      });
      return { refs: [stable(house, commit)], made: [commit] };
    },
    sentence: NAMES,
    isTold: true,
  },
  'a message that names the embargo': {
    secret: fix,
    allowedAt: 'security',
    attempt: async (house) => {
      const commit = await house.commit({
        on: ['p1'],
        changes: { VERSION: '18.6.2\n' },
        message: `Merge branch 'topic/${CODE}/default'`,
      });
      return { refs: [stable(house, commit)], made: [commit] };
    },
    sentence: NAMES,
    isTold: true,
  },
  'a message that names the security repository': {
    secret: fix,
    allowedAt: 'security',
    attempt: async (house) => {
      const commit = await house.commit({
        on: ['p1'],
        changes: { VERSION: '18.6.2\n' },
        message: 'See merge request group/security/gitlab!7',
      });
      return { refs: [stable(house, commit)], made: [commit] };
    },
    sentence: NAMES,
  },
  'a branch that is named after the embargo': {
    secret: fix,
    allowedAt: 'security',
    attempt: async (house) => {
      const { made } = await version(house);
      return { refs: [{ ref: `refs/heads/backport-${CODE}`, object: made[0] ?? '' }], made };
    },
    sentence: NAMES,
    isTold: true,
  },
};

describe('what would carry a secret to canonical', () => {
  let house: GateHouse;

  beforeEach(async () => {
    house = await startGateHouse();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await house.end();
  });

  it.each(Object.entries(DOORS))('%s', async (_door, door) => {
    const wanted = await door.attempt(house);
    const secret = door.secret(house);
    const before = house.git('canonical', ['for-each-ref']);

    // A probe that finds nothing where the secret may be would find nothing anywhere.
    expect(house.holds(door.allowedAt, secret)).toBe(true);
    const failure = await failureOf(house.push(wanted));

    expect(failure).toMatchObject({ type: door.type ?? 'RefusedByPolicy', nonRetryable: true });
    expect(failure.message).toContain(door.sentence ?? FOREIGN);
    expect(house.holds('canonical', secret)).toBe(false);
    expect(house.git('canonical', ['for-each-ref'])).toBe(before);
    // The cleared are told of it, and whoever reads the failure learns nothing of an embargo.
    const told = await house.records.embargoes.findings(EMBARGO);
    expect(told.filter(({ kind }) => kind === 'denied')).toHaveLength(door.isTold === true ? 1 : 0);
    for (const word of [CODE, 'okens', 'olaf', secret.slice(0, 12), house.world.sha('t1').slice(0, 12)])
      expect(failure.message).not.toContain(word);
  });
});
