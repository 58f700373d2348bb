import { refWords, tagOf, type MirroredState, type MirrorSide } from './mirrored-ref';

export interface Telling {
  readonly ref: string;
  readonly state: MirroredState;
  /** The sides that are in this state. */
  readonly sides: readonly MirrorSide[];
  /** The release whose tag name was taken; on canonical where no side is named. */
  readonly release?: string;
}

/** What is the matter with a ref, in a sentence that page, issue and terminal share. Names no commit. */
export function mirrorSentence({ ref, state, sides, release }: Telling): string {
  return SENTENCES[state]({ ref, release, what: refWords(ref), where: sides.join(' and ') });
}

interface Words extends Pick<Telling, 'ref'> {
  readonly what: string;
  readonly where: string;
  readonly release: string | undefined;
}

const SENTENCES: Readonly<Record<MirroredState, (words: Words) => string>> = {
  in_sync: ({ what }) => `The ${what} is the same everywhere.`,
  gone: ({ what }) => `No side has the ${what} any more.`,
  behind: ({ what, where }) => `The ${what} is brought forward on ${where}.`,
  missing: ({ what, where }) => `The ${what} is made on ${where}.`,
  refused: ({ what, where }) => `${capital(where)} does not take the ${what}.`,
  ahead: ({ what, where }) => `The ${what} has commits on ${where} that canonical has not.`,
  diverged: ({ what, where }) =>
    `The ${what} has commits on ${where} that canonical has not, and lacks others.`,
  rewritten: ({ what, where }) => `Canonical's ${what} was rewritten; what it was is still on ${where}.`,
  deleted: ({ what, where }) => `The ${what} was deleted on canonical and is still on ${where}.`,
  stray: ({ what, where }) =>
    `The ${what} is on ${where} alone; no release has reserved it and canonical never had it.`,
  collision,
  left: ({ what }) => `The ${what} differs, as a person has said that it may.`,
};

function collision({ ref, where, release }: Words): string {
  const tag = tagOf(ref) ?? ref;
  return release === undefined
    ? `The tag ${tag} names one object on canonical and another one on ${where}.`
    : `The tag ${tag} on ${where === '' ? 'canonical' : where} is not of ${release}, which has reserved that name.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
