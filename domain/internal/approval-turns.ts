import type { Milestone } from '../release/milestones';
import type { Actor, Approval, ApprovalPolicy } from '../release/release';

/** The milestone before which people say whether an internal release is made at all, one after the other. */
export const GIVEN_IN_TURN = 'approved' satisfies Milestone;

/** Who approves one milestone, one after the other. */
export interface Turns {
  /** In the order in which they approve. */
  readonly policies: readonly ApprovalPolicy[];
  /** Given for this milestone so far, oldest first. */
  readonly approvals: readonly Approval[];
  /** Person who approves first. */
  readonly first: string;
}

/** The policy that is next, and how many of it are missing; undefined when all have approved. */
export function turnOf({
  policies,
  approvals,
}: Pick<Turns, 'policies' | 'approvals'>):
  | { readonly policy: ApprovalPolicy; readonly lacking: number }
  | undefined {
  let given = approvals.length;
  for (const policy of policies) {
    // Nobody gives one out of turn, so the oldest ones are those of the first policies.
    if (given < policy.count) return { policy, lacking: policy.count - given };
    given -= policy.count;
  }
  return undefined;
}

/** How many approvals of a policy are missing; those of a later turn all are. */
export function lackingInTurn(turns: Pick<Turns, 'policies' | 'approvals'>, policy: ApprovalPolicy): number {
  const turn = turnOf(turns);
  if (turn === undefined) return 0;
  const [place, now] = [turns.policies.indexOf(policy), turns.policies.indexOf(turn.policy)];
  if (place === now) return turn.lacking;
  return place < now ? 0 : policy.count;
}

/** Why somebody may not approve now: whose turn it is. */
export function turnRefusal(turns: Turns, by: Actor): string | undefined {
  const { policies, approvals, first } = turns;
  const turn = turnOf(turns);
  if (turn === undefined) return 'Everybody who has to has approved it.';
  if (approvals.some((approval) => approval.by.id === by.id)) return `${by.id} has approved this already.`;
  const roles = turn.policy.roles.join(' or ');
  const mayEver = policies.some((policy) => policy.roles.some((role) => by.roles.includes(role)));
  if (!mayEver) return `Only ${allRoles(policies)} may approve this, in this order, which ${by.id} is not.`;
  if (approvals.length === 0 && by.id !== first)
    return `It is the turn of ${first}, ${roles} of the area that is affected.`;
  if (turn.policy.roles.some((role) => by.roles.includes(role))) return undefined;
  return `It is the turn of ${roles}: the order is ${allRoles(policies)}.`;
}

/** What whoever approved hears. */
export function turnAnswer(turns: Pick<Turns, 'policies' | 'approvals'>): string {
  const turn = turnOf(turns);
  return turn === undefined
    ? 'Approved: it may go on.'
    : `Approved: next is ${turn.policy.roles.join(' or ')}.`;
}

function allRoles(policies: readonly ApprovalPolicy[]): string {
  return policies.map(({ roles }) => roles.join(' or ')).join(', then ');
}
