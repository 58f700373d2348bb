import { mayKnowOf } from '../../../domain/internal/internal-audience';
import { DAN, EMMA, LENA, OTTO, ROSA, SAM } from '../../support/decisions';
import { anInternalRequest, internalRules } from '../../support/release-inputs';

const RELEASE = { startedBy: SAM, settings: internalRules(), request: anInternalRequest() };

it.each([SAM, ROSA, EMMA, DAN, LENA, OTTO])('$id has a part in it, and knows of it', (person) => {
  expect(mayKnowOf(person, RELEASE)).toBe(true);
});

it.each([
  { id: 'erik', roles: ['engineer'] },
  { id: 'olga', roles: ['engineer-on-call'] },
  { id: 'nobody', roles: [] },
])('$id has none, and does not', (person) => {
  expect(mayKnowOf(person, RELEASE)).toBe(false);
});

it('whoever asked for it knows of it whatever they are, and whoever approves patches does not', () => {
  const asker = { id: 'sira', roles: ['engineer'] };
  const [policy] = RELEASE.settings.approvals;
  const ofPatches = policy === undefined ? [] : [{ ...policy, kinds: ['patch' as const], roles: ['writer'] }];
  const settings = { approvals: [...RELEASE.settings.approvals, ...ofPatches] };

  expect(mayKnowOf(asker, { ...RELEASE, startedBy: asker })).toBe(true);
  expect(mayKnowOf({ id: 'wilma', roles: ['writer'] }, { ...RELEASE, settings })).toBe(false);
});
