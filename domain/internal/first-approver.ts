import type { ApprovalPolicy } from '../release/release';

export interface Approver {
  readonly id: string;
  /** Undefined for somebody whom nobody here knows. */
  readonly roles: readonly string[] | undefined;
}

/**
 * Why a person cannot be the first to approve an internal release: it would wait for somebody who can never say yes. Undefined
 * where they can, and where nobody is asked.
 */
export function firstApproverFault(
  { id, roles }: Approver,
  policies: readonly Pick<ApprovalPolicy, 'kinds' | 'before' | 'roles'>[],
): string | undefined {
  const first = policies.find(({ kinds, before }) => kinds.includes('internal') && before === 'approved');
  if (first === undefined) return undefined;
  const wanted = first.roles.join(' or ');
  if (roles === undefined) return `there is nobody with the id ${id}`;
  return first.roles.some((role) => roles.includes(role))
    ? undefined
    : `${id} is no ${wanted}, and so could not approve`;
}
