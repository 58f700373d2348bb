interface TestName {
  readonly file: string;
  /** With the groups that it is in. */
  readonly test: string;
}

/**
 * Which test has seen which part of the gate missing: file, test, parts. It is asked first and saves the search, no more: a
 * part that it no longer sees missing is looked for in all of the gate's tests.
 */
const CATCHERS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'test/activities/git/doors.test.ts': {
    'what would carry a secret to canonical the topic itself, pushed as a branch': [
      'activities/git/leak-gate.ts enforce',
      'activities/git/level-clone.ts registerTopics',
      'activities/git/register-topics.ts registerTopic',
      'activities/git/fresh-clone.ts topicBranches',
      'activities/git/exact-net.ts registered.push',
      'domain/embargo/leak-verdict.ts judgePush (registered.length > 0 || strangers.length > 0)',
    ],
    'what would carry a secret to canonical work on the security side that nobody has registered': [
      'activities/git/exact-net.ts unknown.push',
    ],
    'what would carry a secret to canonical a tag on the way to a public commit that no effect has made': [
      'activities/git/exact-net.ts unknown.push',
      'activities/git/peel-refs.ts tags.add',
    ],
    'what would carry a secret to canonical a branch that names a tag and no commit': [
      'activities/git/peel-refs.ts odd.add',
    ],
    'what would carry a secret to canonical a tag of a file that nobody has registered': [
      'activities/git/peel-refs.ts odd.add',
      'domain/embargo/leak-verdict.ts judgePush (oddRefs.length > 0)',
    ],
    'what would carry a secret to canonical replace refs that show a public commit in the place of the secret one':
      [
        'activities/git/trusted-git.ts it has replace refs',
        'domain/embargo/leak-verdict.ts judgePush (doubts.length > 0)',
      ],
    'what would carry a secret to canonical grafts': ['activities/git/trusted-git.ts it has grafts'],
    'what would carry a secret to canonical a shallow clone': [
      'activities/git/trusted-git.ts it is a shallow clone',
    ],
    'what would carry a secret to canonical a partial clone': [
      'activities/git/trusted-git.ts it is a partial clone, whose missing objects are promised by a remote',
    ],
    'what would carry a secret to canonical a configuration that brings another one along': [
      'activities/git/trusted-git.ts its configuration includes another',
    ],
    'what would carry a secret to canonical attributes that hide what files say': [
      'activities/git/trusted-git.ts it has attributes of its own',
    ],
    'what would carry a secret to canonical a public store that borrows objects of the mirror': [
      'activities/git/fresh-clone.ts reasonsToDoubtStore',
    ],
    'what would carry a secret to canonical a cherry-pick whose conflict was resolved otherwise, in the name of an effect':
      [
        'activities/git/measure-push.ts misbegottenAmong',
        'activities/git/misbegotten-commits.ts changedPaths',
        'domain/embargo/leak-verdict.ts judgePush (misbegotten.length > 0)',
      ],
    'what would carry a secret to canonical a commit of another release, in the name of this one': [
      'activities/git/misbegotten-commits.ts withoutKey',
    ],
    'what would carry a secret to canonical a version file that names the secret commit': [
      'activities/git/measure-push.ts namedSecrets',
      'domain/embargo/leak-verdict.ts judgePush (named.length > 0)',
    ],
    'what would carry a secret to canonical a version file that names a commit which nobody has registered': [
      'activities/git/named-secrets.ts unpublished',
      'activities/git/named-secrets.ts idsIn',
      'activities/git/named-secrets.ts objectsNamed',
    ],
    'what would carry a secret to canonical a submodule at the secret commit': [
      'activities/git/named-secrets.ts gitlinksIn',
      'activities/git/named-secrets.ts named.push',
    ],
    'what would carry a secret to canonical a commit which nobody has registered, passed off as a file': [
      'activities/git/named-secrets.ts named.push',
    ],
    'what would carry a secret to canonical a message that names the embargo': [
      'activities/git/named-secrets.ts named.push',
      'domain/embargo/leak-verdict.ts namesIn (embargo !== undefined)',
    ],
    'what would carry a secret to canonical a branch that is named after the embargo': [
      'activities/git/named-secrets.ts named.push',
    ],
    'what would carry a secret to canonical a pin that names twelve digits of the secret commit, among others':
      ['domain/embargo/leak-verdict.ts namesIn (embargoes !== undefined)'],
    'what would carry a secret to canonical a message that names the security repository': [
      'domain/embargo/leak-verdict.ts namesIn (text.includes(path))',
    ],
  },
  'test/activities/git/leak-gate.test.ts': {
    'an embargo when a topic built on it has merged what is public by now is let out, and the other one stays a secret':
      [
        'activities/git/derived-objects.ts parentsFirst',
        'activities/git/derived-objects.ts treeOf',
        'activities/git/leak-gate.ts adoptDerived',
        'activities/git/measure-push.ts derivedAmong',
        'activities/git/measure-push.ts derivedObjects',
        'activities/git/misbegotten-commits.ts changedPaths',
      ],
    'an embargo when a topic built on it has merged what is public by now shows nothing of the other one where that has written what an effect may write':
      ['activities/git/derived-objects.ts mergesWithoutOwnChanges'],
    'a release under way while the registry moves is judged again when that happens between its judgement and its push':
      ['activities/git/push-publicly.ts the revision'],
    'what others have pushed to canonical before the topic was first seen is asked about, for it may only be begun':
      ['activities/git/register-topics.ts askAboutEmptyTopic'],
    'what others have pushed to canonical compromises it by the name of a branch': [
      'activities/git/fresh-clone.ts topicBranches',
      'activities/git/leak-gate.ts reportExposed',
      'activities/git/report-exposed.ts compromise',
    ],
    'what looks like a fix goes out with a question for AppSec: its undoing': [
      'activities/git/leak-gate.ts askAboutLookalikes',
    ],
    'a project whose commits are pinned by another may not be one that is secret there, though nobody has registered it':
      ['activities/git/leak-gate.ts elsewhereThan'],
    'a project whose commits are pinned by another may not be one either when it is rehearsed, of which nobody would know otherwise before the release':
      ['activities/git/leak-gate.ts elsewhereThan'],
    'a project with one repository is not pushed to as if it were private': [
      'activities/git/push-refs.ts refusePublic',
    ],
    'lets a version out: its commit, its tag and nothing else': [
      'activities/git/push-publicly.ts the clean room',
    ],
  },
  'test/activities/git/clean-room.test.ts': {
    'is not pushed from when something has come along': ['activities/git/clean-room.ts refuseOtherCount'],
  },
  'test/activities/packages/create-package-effects.test.ts': {
    'publishes the very bytes that were verified, once, and not before their commit is public': [
      'activities/packages/create-package-effects.ts publicCommit',
    ],
  },
  'test/activities/git/answer-leak.test.ts': {
    'an answer to a leak that was interrupted takes an embargo whose topics everybody sees for no secret any more, whoever has told of the leak':
      ['activities/git/answer-leak.ts reportExposed'],
    'an answer to a leak that was interrupted names every door that it has closed, on whichever attempt': [
      'activities/git/answer-leak.ts topicBranches',
    ],
  },
  'test/activities/gitlab/withdraw-versions.test.ts': {
    'refuses to take back what is public, and removes nothing of it': [
      'activities/gitlab/withdraw-versions.ts refusePublic',
    ],
  },
  'test/activities/clear-text.test.ts': {
    'is not made public: the title of a release issue, with an embargo': [
      'activities/gitlab/create-gitlab-effects.ts clearText',
    ],
    'is not made public: a note on the issue of a release, with a secret commit': [
      'activities/gitlab/create-gitlab-effects.ts clearText',
    ],
    'is not made public: a release page, with a path on the security side': [
      'activities/gitlab/create-gitlab-effects.ts clearText',
    ],
    'is not made public: a note on a merge request, with an embargo': [
      'activities/gitlab/create-gitlab-effects.ts clearText',
    ],
    'is not made public: a changelog, with a path on the security side': [
      'activities/git/create-git-effects.ts clearText',
    ],
    'is not made public: a file of a package, with a secret commit': [
      'activities/packages/create-package-effects.ts clearText',
    ],
  },
  'test/activities/backports.test.ts': {
    'a backport whose words would tell of a fix under embargo is not opened from a branch that is there already':
      ['activities/git/propose-backport.ts clearText'],
    'a backport is not declined in words that would tell of a fix under embargo': [
      'activities/gitlab/tell-author.ts clearText',
    ],
    'a backport of a commit that is not public is refused, and nothing is pushed': [
      'activities/git/misbegotten-picks.ts arePublic',
    ],
    'a backport passes the gate only where it brings a line that the change does not bring': [
      'activities/git/misbegotten-commits.ts misbegottenPicks',
      'activities/git/misbegotten-picks.ts whyNot',
    ],
    'a backport passes the gate only where it brings what the change brings': [
      'activities/git/misbegotten-picks.ts addedLines',
    ],
  },
  'test/activities/texts/public-texts.test.ts': {
    'a text that would tell of a fix under embargo is refused, in words that tell nothing as a file beside the packages':
      [
        'activities/clear-text.ts enforce',
        'activities/texts/texts-package.ts clearText',
        'domain/embargo/leak-verdict.ts judgeText (named.length > 0)',
      ],
    'a text that would tell of a fix under embargo is refused, in words that tell nothing as a note on the release issue':
      ['activities/texts/texts-package.ts clearText'],
    'a text that would tell of a fix under embargo is refused, in words that tell nothing as the reason to withdraw a version, before anything is marked':
      ['activities/texts/withdraw-published.ts clearText'],
    'a text that would tell of a fix under embargo is refused, in words that tell nothing as what is told of a withdrawn version':
      ['activities/texts/withdraw-published.ts clearText'],
  },
};

/** Tests that are known to fall without the part. */
export function catchersOf(part: string): readonly TestName[] {
  return Object.entries(CATCHERS).flatMap(([file, tests]) =>
    Object.entries(tests)
      .filter(([, parts]) => parts.includes(part))
      .map(([test]) => ({ file, test })),
  );
}

/** Every part that a test is known to see missing. */
export function caughtParts(): readonly string[] {
  return Object.values(CATCHERS).flatMap((tests) => Object.values(tests).flat());
}
