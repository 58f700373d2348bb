import { textsDetails } from '../../../domain/texts/texts-details';

const WAITING = { release: 'patch:7', due: '2026-12-25T10:00:00.000Z' };

it('says when the texts become public', () => {
  expect(textsDetails({ ...WAITING, failure: undefined })).toBe(
    'Texts of what `patch:7` has disclosed become public on 2026-12-25T10:00:00.000Z.',
  );
});

it('says what stands in the way, who acts, and when it is tried again', () => {
  const failure = { verdict: 'fail', sentence: 'fix.md: it is another one.', evidence: [] } as const;

  expect(textsDetails({ ...WAITING, failure: { ...failure, whoActs: 'operator' } })).toBe(
    'Texts of what `patch:7` has disclosed could not be published; **operator** acts, and it is tried again on 2026-12-25T10:00:00.000Z: fix.md: it is another one.',
  );
  expect(textsDetails({ ...WAITING, failure })).toContain('**release-manager** acts');
});
