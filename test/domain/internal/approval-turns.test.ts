import { array, assert, constantFrom, property } from 'fast-check';
import { lackingInTurn, turnAnswer, turnOf, turnRefusal } from '../../../domain/internal/approval-turns';
import type { Actor, Approval } from '../../../domain/release/release';
import { DAN, EMMA, LENA, OTTO, ROBIN, ROSA } from '../../support/decisions';
import { internalRules } from '../../support/release-inputs';

const { approvals: policies } = internalRules();
const ORDER = [EMMA, DAN, LENA, ROSA];

function givenBy(...people: readonly Actor[]): readonly Approval[] {
  return people.map((by) => ({ before: 'approved', by, at: '2026-12-01T12:00:00Z', reason: 'Yes.' }));
}

function refusal(given: readonly Actor[], by: Actor): string | undefined {
  return turnRefusal({ policies, approvals: givenBy(...given), first: 'emma' }, by);
}

it.each(ORDER.map((person, index) => [person.id, ORDER.slice(0, index), person] as const))(
  '%s approves when those before have',
  (_, before, person) => {
    expect(refusal(before, person)).toBeUndefined();
  },
);

it.each([
  [[], ROSA, 'It is the turn of emma, engineering-manager of the area that is affected.'],
  [[], { id: 'eric', roles: ['engineering-manager'] }, /^It is the turn of emma/],
  [[EMMA], LENA, /^It is the turn of dedicated-manager: the order is engineering-manager, then/],
  [[EMMA, DAN], ROSA, /^It is the turn of delivery-leadership/],
  [[EMMA], EMMA, 'emma has approved this already.'],
  [[], OTTO, /^Only engineering-manager, then .*, then release-manager may approve this.*otto is not/],
  [ORDER, ROBIN, 'Everybody who has to has approved it.'],
] as const)('after %j, %j hears whose turn it is', (given, by, sentence) => {
  expect(refusal(given, by)).toMatch(sentence);
});

it('nobody approves twice, not even for another role', () => {
  const both: Actor = { id: 'dan', roles: ['dedicated-manager', 'delivery-leadership'] };

  expect(refusal([EMMA], both)).toBeUndefined();
  expect(refusal([EMMA, both], both)).toBe('dan has approved this already.');
});

it('in whatever order people come, what counts is the order that was asked for, each person once', () => {
  const people = [...ORDER, ROBIN, OTTO];

  assert(
    property(array(constantFrom(...people), { maxLength: 30 }), (coming) => {
      const given: Actor[] = [];
      for (const by of coming) if (refusal(given, by) === undefined) given.push(by);

      expect(given.map(({ roles }) => roles[0])).toEqual(
        policies.slice(0, given.length).map(({ roles }) => roles[0]),
      );
      expect(new Set(given.map(({ id }) => id)).size).toBe(given.length);
      const missing = policies.map((policy) =>
        lackingInTurn({ policies, approvals: givenBy(...given) }, policy),
      );
      expect(missing.filter((count) => count > 0)).toHaveLength(policies.length - given.length);
    }),
  );
});

it('a policy that asks for two people has two turns', () => {
  const [first, ...rest] = policies.map((policy, index) => ({ ...policy, count: index === 1 ? 2 : 1 }));
  const turns = { policies: first === undefined ? [] : [first, ...rest], approvals: givenBy(EMMA, DAN) };

  expect(turnOf(turns)).toMatchObject({ policy: { roles: ['dedicated-manager'] }, lacking: 1 });
  expect(turnAnswer(turns)).toBe('Approved: next is dedicated-manager.');
  expect(turnAnswer({ ...turns, approvals: givenBy(EMMA, DAN, OTTO, LENA, ROSA) })).toBe(
    'Approved: it may go on.',
  );
});
