import { findDoors, type DoorFacts, type Rule } from '../../../domain/embargo/doors';
import { aProject } from '../../support/projects';

const GITALY = aProject({ name: 'gitaly' });
const MAINTAINERS = { level: 40, description: 'Maintainers', isOfOne: false };
const DEVELOPERS = { level: 30, description: 'Developers + Maintainers', isOfOne: false };

function rule(name: string, ...access: Rule['access']): Rule {
  return { name, access, allowsForcePush: false };
}

/** A project into which only maintainers may write, and there are none. */
function facts(told: Partial<DoorFacts> = {}): DoorFacts {
  return {
    project: GITALY,
    pushMirrors: [],
    deployKeys: [],
    members: [],
    branchRules: [rule('master', MAINTAINERS), rule('*-stable', MAINTAINERS)],
    tagRules: [rule('v*', MAINTAINERS)],
    ...told,
  };
}

function found(told: Partial<DoorFacts>): readonly string[] {
  return findDoors([facts(told)], []).map(({ kind, name }) => `${kind} ${name}`);
}

describe('a door into canonical', () => {
  it('is not there while only maintainers may write and nobody is one', () => {
    expect(found({})).toEqual([]);
  });

  it.each<[string, Partial<DoorFacts>, readonly string[]]>([
    [
      'a mirror of GitLab that is on',
      { pushMirrors: [{ repository: 'group/gitaly', url: 'https://else.where/x.git' }] },
      ['push-mirror https://else.where/x.git'],
    ],
    [
      'a deploy key that may push',
      {
        deployKeys: [
          { title: 'CI', canPush: true },
          { title: 'reader', canPush: false },
        ],
      },
      ['deploy-key CI'],
    ],
    [
      'a maintainer',
      {
        members: [
          { username: 'rosa', level: 40 },
          { username: 'erik', level: 30 },
        ],
      },
      ['member rosa'],
    ],
    [
      'a bot that may push at all',
      {
        members: [
          { username: 'project_7_bot_a1', level: 30 },
          { username: 'group_7_bot_b2', level: 20 },
        ],
      },
      ['member project_7_bot_a1'],
    ],
    [
      'developers who may push to the default branch',
      { branchRules: [rule('master', DEVELOPERS), rule('*-stable', MAINTAINERS)] },
      ['branch-rule master: Developers + Maintainers'],
    ],
    [
      'one key that may push to stable branches',
      {
        branchRules: [
          rule('master', MAINTAINERS),
          rule('*-stable', { level: 40, description: 'Deploy key', isOfOne: true }),
        ],
      },
      ['branch-rule *-stable: Deploy key'],
    ],
    [
      'a branch that may be rewritten',
      {
        branchRules: [
          { ...rule('master', MAINTAINERS), allowsForcePush: true },
          rule('*-stable', MAINTAINERS),
        ],
      },
      ['branch-rule master: force push'],
    ],
    [
      'a branch that nothing protects',
      { branchRules: [rule('master', MAINTAINERS)] },
      ['branch-rule 99-0-stable: unprotected'],
    ],
    [
      'tags that nothing protects',
      { tagRules: [rule('docs-*', MAINTAINERS)] },
      ['tag-rule v99.0.0: unprotected', 'tag-rule v99.0.0-rc1: unprotected'],
    ],
    [
      'tags that developers may make',
      { tagRules: [rule('*', DEVELOPERS)] },
      ['tag-rule *: Developers + Maintainers'],
    ],
    ['nobody at all', { branchRules: [rule('*', { level: 0, description: 'No one', isOfOne: false })] }, []],
  ])('is %s', (_what, told, names) => {
    expect(found(told)).toEqual(names);
  });

  it('out of the security side into canonical is told as what it is', () => {
    const url = 'https://*****:*****@gitlab.test/group/gitaly.git';
    const [door] = findDoors([facts({ pushMirrors: [{ repository: 'group/security/gitaly', url }] })], []);

    expect(door?.sentence).toBe(
      'GitLab copies group/security/gitaly to canonical by itself, whatever is secret there.',
    );
  });

  it('is told once for all projects that have it, and after those that nobody accounts for', () => {
    const members = [
      { username: 'release-tools', level: 40 },
      { username: 'mallory', level: 40 },
    ];
    const other = aProject({ name: 'gitlab' });
    const why = 'The release bot.';

    const doors = findDoors(
      [facts({ members }), facts({ members, project: other })],
      [
        { kind: 'member', name: 'release-tools', why },
        { kind: 'deploy-key', name: 'mallory', why: 'Another kind of door.' },
      ],
    );

    expect(doors.map(({ name, projects, why: said }) => [name, projects.join(' '), said])).toEqual([
      ['mallory', 'gitaly gitlab', undefined],
      ['release-tools', 'gitaly gitlab', why],
    ]);
  });
});
