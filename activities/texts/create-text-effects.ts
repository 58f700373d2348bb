import type { ReleaseEffects } from '../effects';
import type { Outside } from '../outside';
import { checkLists } from './check-lists';
import { publishDisclosedTexts } from './publish-disclosed-texts';
import { announceRelease, publishAdvisory } from './publish-texts';
import { tellWithdrawal, withdrawPublished } from './withdraw-published';

/** What a release tells the world, and whether it is true. */
export type TextEffects = Pick<
  ReleaseEffects,
  | 'checkLists'
  | 'announceRelease'
  | 'publishAdvisory'
  | 'publishDisclosedTexts'
  | 'withdrawPublished'
  | 'tellWithdrawal'
>;

export function createTextEffects(outside: Outside): TextEffects {
  return {
    checkLists: (input) => checkLists(outside, input),
    announceRelease: (input) => announceRelease(outside, input),
    publishAdvisory: (input) => publishAdvisory(outside, input),
    publishDisclosedTexts: (input) => publishDisclosedTexts(outside, input),
    withdrawPublished: (input) => withdrawPublished(outside, input),
    tellWithdrawal: (input) => tellWithdrawal(outside, input),
  };
}
