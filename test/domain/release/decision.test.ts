import { assert, constantFrom, oneof, property, string } from 'fast-check';
import {
  decisionRefusal,
  isProven,
  publicKeyOf,
  signDecision,
  type Decider,
  type SignedDecision,
} from '../../../domain/release/decision';

const GATEWAY = '11'.repeat(32);
const STRANGER = '22'.repeat(32);
const KEYS = [publicKeyOf('33'.repeat(32)), publicKeyOf(GATEWAY)];

const DECISION = {
  id: 'd-1',
  release: 'patch:7',
  before: 'published',
  reason: 'It was looked at.',
  by: { id: 'rosa', roles: ['release-manager'] },
  at: '2026-12-09T10:00:00.000Z',
};

function signed(
  told: object = {},
  { kind = 'approve', key = GATEWAY } = {},
): SignedDecision & typeof DECISION {
  const decision = { ...DECISION, ...told };
  return { ...decision, proof: signDecision({ kind, decision }, key) };
}

it('is proven when one of the gateways has signed it', () => {
  expect(isProven({ kind: 'approve', decision: signed() }, KEYS)).toBe(true);
});

it('is proven whatever the order of its fields, and with a field that says nothing', () => {
  const { proof, ...told } = signed();
  const turned = Object.fromEntries(Object.entries(told).toReversed()) as typeof told;
  const decision = { ...turned, until: undefined, proof };

  expect(isProven({ kind: 'approve', decision }, KEYS)).toBe(true);
});

it.each([
  ['id', { id: 'd-2' }],
  ['release', { release: 'patch:8' }],
  ['milestone', { before: 'closed' }],
  ['reason', { reason: 'It was not looked at.' }],
  ['person', { by: { id: 'eve', roles: ['release-manager'] } }],
  ['roles', { by: { id: 'rosa', roles: ['release-manager', 'security-engineer'] } }],
  ['time', { at: '2026-12-10T10:00:00.000Z' }],
  ['an added field', { until: '2026-12-31T00:00:00.000Z' }],
  ['a field that was taken away', { before: undefined }],
])('is not proven when it says another %s than was signed', (_, change) => {
  const decision = { ...signed(), ...change };

  expect(isProven({ kind: 'approve', decision }, KEYS)).toBe(false);
});

it('is not proven whatever the reason is changed to', () => {
  assert(
    property(string(), (reason) => {
      const decision = { ...signed(), reason };

      expect(isProven({ kind: 'approve', decision }, KEYS)).toBe(reason === DECISION.reason);
    }),
    { numRuns: 25 },
  );
});

it('is not proven as a decision of another kind', () => {
  expect(isProven({ kind: 'abort', decision: signed() }, KEYS)).toBe(false);
});

it('is not proven by a key that the release does not know, nor by none', () => {
  expect(isProven({ kind: 'approve', decision: signed({}, { key: STRANGER }) }, KEYS)).toBe(false);
  expect(isProven({ kind: 'approve', decision: signed() }, [])).toBe(false);
  expect(isProven({ kind: 'approve', decision: signed() }, ['no key', ''])).toBe(false);
});

it('is not proven by what is no signature', () => {
  const garbage = oneof(
    string({ maxLength: 140 }),
    string({ unit: constantFrom('0', '7', 'a', 'f', 'x', ' '), maxLength: 140 }),
  );

  assert(
    property(garbage, (proof) => {
      expect(isProven({ kind: 'approve', decision: { ...signed(), proof } }, KEYS)).toBe(false);
    }),
  );
});

it('is not proven by a proof that was cut short or made longer', () => {
  const { proof, ...decision } = signed();

  for (const bad of [proof.slice(2), `${proof}00`, proof.slice(0, -1), `0x${proof}`])
    expect(isProven({ kind: 'approve', decision: { ...decision, proof: bad } }, KEYS)).toBe(false);
});

it('refuses to sign with what is no key', () => {
  expect(() => signDecision({ kind: 'approve', decision: DECISION }, 'secret')).toThrow('not hexadecimal');
});

const DECIDER: Decider = {
  id: 'patch:7',
  gatewayKeys: KEYS,
  name: 'this release',
  command: '`signalbox release`',
};

it.each([
  ['is whole and about this', signed(), undefined],
  [
    'nobody has proven',
    { ...signed(), proof: '' },
    'It carries no proof of a gateway that this release knows. Decide with `signalbox release`, not in the engine.',
  ],
  ['is about something else', signed({ release: 'patch:8' }), 'It is a decision about patch:8.'],
  ['says no why', signed({ reason: ' ' }), 'Say why: a decision has a reason.'],
  ['was made at no instant', signed({ at: 'noon' }), 'It was made at noon, which is no instant.'],
])('hears what stands against it before any rule is asked: one that %s', (_, decision, sentence) => {
  expect(decisionRefusal({ kind: 'approve', decision }, DECIDER)).toBe(sentence);
});
