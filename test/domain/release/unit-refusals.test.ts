import { recutRefusal, rehearsalRefusal, signatureRefusal } from '../../../domain/release/unit-refusals';
import { OTTO, ROBIN, ROSA, SAM } from '../../support/decisions';

const UNIT = { isOut: false, isClaiming: false };

describe('a rehearsal is refused', () => {
  const READY = { ...UNIT, isTagged: true, isWanted: false };

  it.each([
    ['never, once it is tagged', {}, undefined],
    ['before there is something to rehearse', { isTagged: false }, expect.stringMatching(/not tagged yet/)],
    ['while it is wanted already', { isWanted: true }, expect.stringMatching(/being rehearsed already/)],
    ['while it is being claimed', { isClaiming: true }, expect.stringMatching(/comparing its versions/)],
    [
      'once it is going public',
      { isOut: true, isClaiming: true },
      expect.stringMatching(/nothing left to rehearse/),
    ],
  ])('%s', (_, but, sentence) => {
    const refusal = rehearsalRefusal({ ...READY, ...but });

    expect(refusal).toEqual(sentence);
  });
});

describe('a signature is refused', () => {
  const SIGNED = { digest: 'now', by: SAM, reason: 'Looked at.', at: '2026-12-01T12:00:00Z' };
  const KNOWN = { isOut: false, latest: 'now', roles: ['security-engineer'], signatures: [] };

  it.each([
    ['never from whom policy names', { digest: 'now', by: SAM }, {}, undefined],
    ['never from either where policy names nobody', { digest: 'now', by: ROSA }, { roles: [] }, undefined],
    [
      'before the first rehearsal',
      { digest: 'now', by: SAM },
      { latest: undefined },
      expect.stringMatching(/not rehearsed yet/),
    ],
    [
      'once it is going public',
      { digest: 'now', by: SAM },
      { isOut: true },
      expect.stringMatching(/nothing left to sign/),
    ],
    [
      'for what has moved since',
      { digest: 'before', by: SAM },
      {},
      expect.stringMatching(/Something has moved since/),
    ],
    [
      'from somebody of another role',
      { digest: 'now', by: ROBIN },
      {},
      'Only security-engineer may sign this, which robin is not.',
    ],
    [
      'from a stranger where policy names nobody',
      { digest: 'now', by: OTTO },
      { roles: [] },
      'Only security-engineer or release-manager may sign this, which otto is not.',
    ],
    [
      'twice from one person',
      { digest: 'now', by: SAM },
      { signatures: [SIGNED] },
      'sam has signed this already.',
    ],
    [
      'never for what is new, whoever signed what was before',
      { digest: 'now', by: SAM },
      { signatures: [{ ...SIGNED, digest: 'before' }] },
      undefined,
    ],
  ])('%s', (_, asked, but, sentence) => {
    const refusal = signatureRefusal(asked, { ...KNOWN, ...but });

    expect(refusal).toEqual(sentence);
  });
});

describe('cutting again is refused', () => {
  const CLOSED = { ...UNIT, open: ['18.6', '18.5'] };

  it.each([
    ['never for all that is not public', undefined, {}, undefined],
    ['never for one of them', ['18.5'], {}, undefined],
    [
      'for a minor that it does not have',
      ['18.5', '18.4'],
      {},
      'It has no version of 18.4; it has 18.6, 18.5.',
    ],
    ['before its lists are frozen', undefined, { open: [] }, expect.stringMatching(/not frozen yet/)],
    [
      'while it is being claimed',
      undefined,
      { isClaiming: true },
      expect.stringMatching(/cuts again what has moved/),
    ],
    [
      'once it is going public',
      undefined,
      { isOut: true, isClaiming: true },
      expect.stringMatching(/the only way is forward/),
    ],
  ])('%s', (_, minors, but, sentence) => {
    const refusal = recutRefusal(minors, { ...CLOSED, ...but });

    expect(refusal).toEqual(sentence);
  });
});
