import { admissionRefusal, namingRefusal } from '../../../domain/embargo/guardians';
import { EMBARGO_STATES } from '../../../domain/embargo/embargo';
import { ROSA, SAM } from '../../support/decisions';

const EMBARGO = { id: 'embargo:k3v9x0q2ab', owner: 'ada', state: 'opened' } as const;
const OWNER = { id: 'ada', roles: [] };

it.each([OWNER, SAM])('its owner and AppSec say who may know of it, and its public name: %j', (by) => {
  expect(admissionRefusal(EMBARGO, by)).toBeUndefined();
  expect(namingRefusal(EMBARGO, by)).toBeUndefined();
});

it('nobody else does, and hears whom to ask', () => {
  const told = { where: EMBARGO.id, remedy: 'Ask ada' };

  expect(admissionRefusal(EMBARGO, ROSA)).toEqual({
    ...told,
    what: 'only its owner or a security-engineer says who may know of it',
  });
  expect(namingRefusal(EMBARGO, ROSA)).toEqual({
    ...told,
    what: 'only its owner or a security-engineer says what it is called in public',
  });
});

it('a fix is named until its texts are made, and not after', () => {
  const open = EMBARGO_STATES.filter((state) => namingRefusal({ ...EMBARGO, state }, OWNER) === undefined);

  expect(open).toEqual(['opened', 'fixed_on_managed_systems', 'sealed', 'withdrawn', 'compromised']);
  expect(namingRefusal({ ...EMBARGO, state: 'texts_public' }, OWNER)?.what).toBe(
    'it is texts public, and what was announced of it stands',
  );
});

it('nobody is sent to the public release issue before the disclosure is over', () => {
  const told = EMBARGO_STATES.flatMap((state) => {
    const refusal = namingRefusal({ ...EMBARGO, state }, OWNER);
    return refusal === undefined ? [] : [[state, refusal.what, refusal.remedy]];
  });

  expect(told).toEqual([
    [
      'disclosing',
      'its release is about to publish it under the name that it has',
      'Wait until it is disclosed',
    ],
    [
      'disclosed',
      'it is disclosed, and what was announced of it stands',
      'Tell of the name on the release issue',
    ],
    [
      'texts_public',
      'it is texts public, and what was announced of it stands',
      'Tell of the name on the release issue',
    ],
    [
      'declassified',
      'it is declassified, and no release announces it',
      'Name it in the public change that mends it',
    ],
  ]);
});
