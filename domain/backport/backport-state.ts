/** A merge request that brings a change to one stable branch. */
export interface BackportMergeRequest {
  readonly iid: number;
  readonly url: string;
}

/** How far a backport is. */
export type BackportState =
  | { readonly state: 'owed' }
  | { readonly state: 'proposed'; readonly mergeRequest: BackportMergeRequest }
  /** Its pipeline passed and it is approved; a maintainer merges it. */
  | { readonly state: 'checked'; readonly mergeRequest: BackportMergeRequest }
  | { readonly state: 'merged'; readonly mergeRequest: BackportMergeRequest }
  /** It does not go onto the branch by itself; the author was asked, once. */
  | { readonly state: 'conflicted'; readonly files: readonly string[] }
  | { readonly state: 'declined'; readonly by: string; readonly reason: string }
  /** The branch has it already. */
  | { readonly state: 'not_needed' };

export type BackportStateName = BackportState['state'];

/** What is found out or decided about a backport. Found out twice it changes nothing. */
export type BackportNews =
  | { readonly found: 'proposed'; readonly mergeRequest: BackportMergeRequest }
  | { readonly found: 'conflict'; readonly files: readonly string[] }
  | { readonly found: 'contained' }
  | { readonly found: 'checked' }
  /** New commits, a pipeline that runs again or an approval that was taken back. */
  | { readonly found: 'unchecked' }
  | { readonly found: 'merged'; readonly mergeRequest: BackportMergeRequest }
  | { readonly found: 'declined'; readonly by: string; readonly reason: string };

const SETTLED: ReadonlySet<BackportStateName> = new Set(['merged', 'declined', 'not_needed']);

/** Nothing is left to be done about it. */
export function isSettled({ state }: { readonly state: BackportStateName }): boolean {
  return SETTLED.has(state);
}

/** The state that follows; the same where the news changes nothing. What the branch has is a fact, whatever was decided before. */
export function backportAfter(state: BackportState, news: BackportNews): BackportState {
  if (state.state === 'merged') return state;
  if (news.found === 'merged') return { state: 'merged', mergeRequest: news.mergeRequest };
  if (isSettled(state)) return state;
  if (news.found === 'contained') return { state: 'not_needed' };
  if (news.found === 'declined') return { state: 'declined', by: news.by, reason: news.reason };
  if (news.found === 'conflict') return { state: 'conflicted', files: news.files };
  if (news.found === 'proposed') return proposedAs(state, news.mergeRequest);
  return checkedOrNot(state, news.found);
}

/** What was checked stays so when it is found again. */
function proposedAs(state: BackportState, mergeRequest: BackportMergeRequest): BackportState {
  if (state.state === 'checked' && state.mergeRequest.iid === mergeRequest.iid) return state;
  return { state: 'proposed', mergeRequest };
}

function checkedOrNot(state: BackportState, found: 'checked' | 'unchecked'): BackportState {
  if (state.state !== 'proposed' && state.state !== 'checked') return state;
  return { state: found === 'checked' ? 'checked' : 'proposed', mergeRequest: state.mergeRequest };
}

/** The minors about which somebody has to decide and nobody was asked yet. Whoever was asked once is not asked again. */
export function toBeAsked(
  backports: readonly {
    readonly minor: string;
    readonly state: BackportStateName;
    readonly asked: boolean;
  }[],
): readonly string[] {
  return backports.filter(({ state, asked }) => state === 'conflicted' && !asked).map(({ minor }) => minor);
}
