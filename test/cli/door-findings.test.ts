import { doorFindings } from '../../cli/door-findings';
import type { Door } from '../../domain/embargo/doors';

const KNOWN: Door = {
  kind: 'member',
  name: 'release-tools',
  projects: ['gitaly', 'gitlab'],
  sentence: 'release-tools may push to protected branches and tags of canonical.',
  remedy: 'Lower the role of this member',
  why: 'The release bot.',
};
const { why: _why, ...UNKNOWN } = { ...KNOWN, name: 'mallory' };

describe('what doctor says of doors', () => {
  it('is one line while somebody accounts for each of them', () => {
    expect(doorFindings([KNOWN])).toEqual([
      {
        part: 'doors',
        verdict: 'ok',
        version: '1 in all',
        detail: 'accounted for: member release-tools (The release bot.)',
      },
    ]);
  });

  it('is a red line for each that nobody accounts for, with what to do', () => {
    const [door, sum] = doorFindings([UNKNOWN, KNOWN]);

    expect(door).toMatchObject({ part: 'door', verdict: 'open' });
    expect(door?.detail).toMatch(/^member mallory \(gitaly, gitlab\): .* Lower the role of this member$/);
    expect(sum).toMatchObject({ part: 'doors', verdict: 'open', version: '2 in all' });
  });
});
