import { firstApproverFault } from '../../../domain/internal/first-approver';

const MANAGERS = {
  kinds: ['internal'],
  before: 'approved',
  roles: ['engineering-manager', 'director'],
} as const;
const RELEASE_MANAGERS = { kinds: ['internal'], before: 'approved', roles: ['release-manager'] } as const;
const OF_OTHERS = [
  { kinds: ['patch'], before: 'accepted', roles: ['nobody'] },
  { kinds: ['internal'], before: 'built', roles: ['nobody'] },
] as const;

describe('whoever approves an internal release first', () => {
  it.each([
    ['has the role', ['engineering-manager'], undefined],
    ['has another one of the roles', ['engineer', 'director'], undefined],
    ['is known to nobody', undefined, 'there is nobody with the id emma'],
    ['has no role', [], 'emma is no engineering-manager or director, and so could not approve'],
    [
      'has the role of a later turn',
      ['release-manager'],
      'emma is no engineering-manager or director, and so could not approve',
    ],
  ])('%s', (_what, roles, fault) => {
    const policies = [...OF_OTHERS, MANAGERS, RELEASE_MANAGERS];

    expect(firstApproverFault({ id: 'emma', roles }, policies)).toBe(fault);
  });

  it('may be anybody where no approval is asked for', () => {
    expect(firstApproverFault({ id: 'emma', roles: undefined }, OF_OTHERS)).toBeUndefined();
  });
});
