import { judgeText, namesIn, type LeakVerdict, type SecretNames } from './leak-verdict';

/**
 * Ids that stand for a vulnerability, or for a release that only some may know of. They are taken for secrets whether there is such
 * a thing or not, so that to be refused with one tells nothing. Of words in {@link plainly}.
 */
const TELLING_IDS =
  /cve[\s:-]*\d{4}[\s:-]*\d{4,}|ghsa(?:[\s:-]*[0-9a-z]{4}){3}(?![0-9a-z])|internal:[a-z0-9]+|embargo:[a-z0-9]+/g;

/** The judgement of words that a person wants everybody to read, however they are written. A secret that is told without any id is found by no rule. */
export function judgeReason(
  words: string,
  { place, secret }: { readonly place: string; readonly secret: SecretNames },
): LeakVerdict {
  const plain = plainly(words);
  const ids = [...plain.matchAll(TELLING_IDS)].map(([name]) => ({ place, name, embargoes: [] }));
  return judgeText([
    ...ids,
    ...namesIn(words.toLowerCase(), { place, secret }),
    ...namesIn(plain, { place, secret }),
  ]);
}

/** In small letters of one kind, with one dash for all dashes and what stands for one, and nothing that nobody sees. */
function plainly(words: string): string {
  return words
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[\p{Pd}\u2212_]/gu, '-');
}
