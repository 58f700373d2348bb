import { array, assert, constantFrom, property } from 'fast-check';
import {
  backportAfter,
  isSettled,
  toBeAsked,
  type BackportNews,
  type BackportState,
} from '../../../domain/backport/backport-state';

const MR = { iid: 40, url: 'https://gitlab.test/40' };
const OTHER = { iid: 41, url: 'https://gitlab.test/41' };
const OWED: BackportState = { state: 'owed' };
const PROPOSED: BackportState = { state: 'proposed', mergeRequest: MR };
const CHECKED: BackportState = { state: 'checked', mergeRequest: MR };
const MERGED: BackportState = { state: 'merged', mergeRequest: MR };
const CONFLICTED: BackportState = { state: 'conflicted', files: ['lib/a.rb'] };
const DECLINED: BackportState = { state: 'declined', by: 'rosa', reason: 'Too risky.' };
const NOT_NEEDED: BackportState = { state: 'not_needed' };

const proposed: BackportNews = { found: 'proposed', mergeRequest: MR };
const merged: BackportNews = { found: 'merged', mergeRequest: MR };
const conflict: BackportNews = { found: 'conflict', files: ['lib/a.rb'] };
const contained: BackportNews = { found: 'contained' };
const declined: BackportNews = { found: 'declined', by: 'rosa', reason: 'Too risky.' };
const checked: BackportNews = { found: 'checked' };
const unchecked: BackportNews = { found: 'unchecked' };

it.each([
  ['a merge request is opened', OWED, proposed, PROPOSED],
  ['its checks pass', PROPOSED, checked, CHECKED],
  ['it is merged', CHECKED, merged, MERGED],
  ['it is merged before its checks were seen', PROPOSED, merged, MERGED],
  ['it does not go onto the branch', OWED, conflict, CONFLICTED],
  ['the author takes it from there', CONFLICTED, proposed, PROPOSED],
  ['its branch moves and it merges no more', CHECKED, conflict, CONFLICTED],
  ['somebody pushes to it after its checks', CHECKED, unchecked, PROPOSED],
  [
    'another merge request takes its place',
    CHECKED,
    { found: 'proposed', mergeRequest: OTHER },
    { state: 'proposed', mergeRequest: OTHER },
  ],
  ['the branch has it already', OWED, contained, NOT_NEEDED],
  ['the author picked it by hand', CONFLICTED, contained, NOT_NEEDED],
  ['a person declines it', CONFLICTED, declined, DECLINED],
  ['it is merged all the same', DECLINED, merged, MERGED],
] satisfies [string, BackportState, BackportNews, BackportState][])(
  'goes on when %s',
  (_case, before, news, after) => {
    expect(backportAfter(before, news)).toEqual(after);
  },
);

it.each([
  ['a merge request that is there is found again', PROPOSED, proposed],
  ['it is found again after its checks', CHECKED, proposed],
  ['nothing was checked', OWED, checked],
  ['what was declined is proposed', DECLINED, proposed],
  ['what was merged is contained now, of course', MERGED, contained],
  ['what was merged is declined', MERGED, declined],
  ['what is not needed conflicts', NOT_NEEDED, conflict],
] satisfies [string, BackportState, BackportNews][])('stays as it is when %s', (_case, state, news) => {
  expect(backportAfter(state, news)).toEqual(state);
});

const everyNews = constantFrom<BackportNews>(
  proposed,
  merged,
  conflict,
  contained,
  declined,
  checked,
  unchecked,
);

it('never leaves merged, leaves settled only for merged, and hears everything twice', () => {
  assert(
    property(array(everyNews), (story) => {
      let state: BackportState = OWED;
      for (const news of story) {
        const after = backportAfter(state, news);
        const allowed = isSettled(state) ? [state.state, 'merged'] : [after.state];
        expect(allowed).toContain(after.state);
        expect(backportAfter(after, news)).toEqual(after);
        state = after;
      }
    }),
  );
});

it('asks about each conflict that nobody decided on, and once', () => {
  const backports = [
    { minor: '18.7', state: 'owed', asked: false },
    { minor: '18.6', state: 'conflicted', asked: false },
    { minor: '18.5', state: 'conflicted', asked: true },
    { minor: '18.4', state: 'declined', asked: false },
  ] as const;

  expect(toBeAsked(backports)).toEqual(['18.6']);
  expect(toBeAsked(backports.map((one) => ({ ...one, asked: true })))).toEqual([]);
});
