import { mayShow } from '../domain/embargo/embargo';
import { TELLING_DIGITS, type SecretNames } from '../domain/embargo/leak-verdict';
import { codesOf, secretPaths } from '../domain/embargo/secret-names';
import { judgeReason } from '../domain/embargo/judge-reason';
import type { Project } from '../domain/project';
import type { Records } from '../records/records';
import { NotPossible } from './refusals';

/** No release discloses anything by these words. */
const NO_PLAN = '';

interface PublicWords {
  /** What people know them by: `the reason`. */
  readonly name: string;
  readonly words: string;
  /** Whose private repositories must not be named. */
  readonly projects: readonly Project[];
}

/**
 * Before words of a person are kept for everybody to read, where no release stands behind them: nothing that is under embargo may be
 * told.
 * @throws NotPossible, in words that are the same whatever the secret is
 */
export async function refuseSecretWords(
  { embargoes }: Pick<Records, 'embargoes'>,
  { name, words, projects }: PublicWords,
): Promise<void> {
  const secret = await secretNames(embargoes, projects);
  const { uncleared } = judgeReason(words, { place: name, secret });
  if (uncleared.verdict === 'pass') return;
  throw new NotPossible({
    where: name,
    what: 'it names something that is not public, or an id that may stand for such',
    remedy:
      'Say it without ids of commits, fixes, vulnerabilities and private repositories: everybody reads it',
  });
}

async function secretNames(
  embargoes: Records['embargoes'],
  projects: readonly Project[],
): Promise<SecretNames> {
  const hidden = (await embargoes.all()).filter((one) => !mayShow(one, NO_PLAN)).map(({ id }) => id);
  const objects = await embargoes.objectsOf(hidden);
  return {
    digits: new Map(objects.map(({ object, embargo }) => [object.slice(0, TELLING_DIGITS), [embargo]])),
    codes: codesOf(hidden),
    // As the words are judged: in small letters.
    paths: secretPaths(projects).map((path) => path.toLowerCase()),
  };
}
