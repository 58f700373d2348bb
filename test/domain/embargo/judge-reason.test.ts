import { judgeReason } from '../../../domain/embargo/judge-reason';

const NOTHING_SECRET = { digits: new Map(), codes: new Map(), paths: [] };

function verdictOn(words: string): string {
  return judgeReason(words, { place: 'the reason', secret: NOTHING_SECRET }).uncleared.verdict;
}

it.each([
  'CVE-2026-12345',
  'fix_cve-2026-12345',
  'CVE-2026-12345x',
  'CVE\u20112026\u201112345',
  'CVE\u20132026\u201312345',
  'CVE\u22122026\u221212345',
  'CVE 2026-12345',
  'CVE: 2026 12345',
  'CVE202612345',
  '\uFF23\uFF36\uFF25-2026-12345',
  'CVE\u200b-2026-12345',
  'GHSA-4jqc-8m5r-x9rw',
  'ghsa_4jqc_8m5r_x9rw',
  'It waits for internal:q1w2e3r4t5.',
  'It waits_for_embargo:aaaaaaaaaa.',
])('%s is taken for a secret however it is written', (words) => {
  expect(verdictOn(words)).toBe('fail');
});

it.each(['It is snowing.', 'The CVE programme is on holiday until 2027.', 'Nothing is ready on 2026-12-17.'])(
  '%s tells nothing',
  (words) => {
    expect(verdictOn(words)).toBe('pass');
  },
);
