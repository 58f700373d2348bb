import { judgeText, namesIn, type LeakVerdict, type SecretNames } from './leak-verdict';

/**
 * Ids that stand for a vulnerability, or for a release that only some may know of. They are taken for secrets whether there is such
 * a thing or not, so that to be refused with one tells nothing.
 */
const TELLING_IDS = /\bCVE-\d{4}-\d{4,}\b|\binternal:[a-z0-9]+|\bembargo:[a-z0-9]+/gi;

/** The judgement of words that a person wants everybody to read, however they are written. A secret that is told without any id is found by no rule. */
export function judgeReason(
  words: string,
  { place, secret }: { readonly place: string; readonly secret: SecretNames },
): LeakVerdict {
  const ids = [...words.matchAll(TELLING_IDS)].map(([name]) => ({ place, name, embargoes: [] }));
  return judgeText([...ids, ...namesIn(words.toLowerCase(), { place, secret })]);
}
