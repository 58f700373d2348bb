import { refWords, tagOf, type MirroredState, type MirrorSide } from './mirrored-ref';

export interface Telling {
  readonly ref: string;
  readonly state: MirroredState;
  /** The sides that are in this state. */
  readonly sides: readonly MirrorSide[];
  /** The release whose tag name was taken on canonical. */
  readonly release?: string;
}

/** What is the matter with a ref, in a sentence that page, issue and terminal share. Names no commit. */
export function mirrorSentence({ ref, state, sides, release }: Telling): string {
  const what = refWords(ref);
  const where = sides.join(' and ');
  switch (state) {
    case 'in_sync':
      return `The ${what} is the same everywhere.`;
    case 'gone':
      return `No side has the ${what} any more.`;
    case 'behind':
      return `The ${what} is brought forward on ${where}.`;
    case 'missing':
      return `The ${what} is made on ${where}.`;
    case 'refused':
      return `${capital(where)} does not take the ${what}.`;
    case 'ahead':
      return `The ${what} has commits on ${where} that canonical has not.`;
    case 'diverged':
      return `The ${what} has commits on ${where} that canonical has not, and lacks others.`;
    case 'rewritten':
      return `Canonical's ${what} was rewritten; ${where} still has what it was.`;
    case 'deleted':
      return `The ${what} was deleted on canonical; ${where} still has it.`;
    case 'stray':
      return `The ${what} is on ${where} alone; no release has reserved it and canonical never had it.`;
    case 'collision':
      return collision(ref, { where, release });
    case 'left':
      return `The ${what} differs, as a person has said that it may.`;
  }
}

function collision(
  ref: string,
  { where, release }: { readonly where: string; readonly release: string | undefined },
): string {
  const tag = tagOf(ref) ?? ref;
  return release === undefined
    ? `The tag ${tag} names one object on canonical and another one on ${where}.`
    : `The tag ${tag} on canonical is not of ${release}, which has reserved that name.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
