import { array, assert, date, nat, property, record, subarray } from 'fast-check';
import {
  maintainedMinors,
  maintenanceVerdict,
  type MaintenanceException,
  type MaintenanceFacts,
} from '../../../domain/version/maintenance';

const OUT = [
  ['16.10', '2024-03-21'],
  ['16.11', '2024-04-18'],
  ['17.0', '2024-05-16'],
  ['17.1', '2024-06-20'],
].map(([minor = '', day]) => ({ minor, publishedAt: `${day}T13:30:00Z` }));

const FACTS: MaintenanceFacts = {
  published: OUT,
  policies: [{ from: '2022-05-22', previousMinors: 2 }],
};

function excepting(exceptions: readonly MaintenanceException[]): MaintenanceFacts {
  return { ...FACTS, policies: FACTS.policies.map((policy) => ({ ...policy, exceptions })) };
}

describe('the maintained minors', () => {
  it.each([
    ['a second before 17.0 is out', '2024-05-16T13:29:59Z', ['16.11', '16.10']],
    ['the moment 17.0 is out', '2024-05-16T13:30:00Z', ['17.0', '16.11', '16.10']],
    ['the moment 17.1 is out', '2024-06-20T13:30:00Z', ['17.1', '17.0', '16.11']],
    ['before anything is out', '2023-01-01T00:00:00Z', []],
  ])('%s are these', (_when, at, expected) => {
    expect(maintainedMinors(FACTS, at)).toEqual(expected);
  });

  it('follow the policy of the day', () => {
    const facts = { ...FACTS, policies: [...FACTS.policies, { from: '2024-06-25', previousMinors: 0 }] };

    expect(maintainedMinors(facts, '2024-06-24T23:59:59Z')).toEqual(['17.1', '17.0', '16.11']);
    expect(maintainedMinors(facts, '2024-06-25T00:00:00Z')).toEqual(['17.1']);
  });

  it('include a minor that somebody made an exception for, from its first day to its last', () => {
    const exception = {
      minor: '16.10',
      from: '2024-06-25',
      until: '2024-07-01',
      approvedBy: 'lin',
      reason: 'customers who cannot upgrade in June',
    };
    const facts = excepting([exception, { ...exception, minor: '16.9' }]);

    expect(maintainedMinors(facts, '2024-06-24T23:59:59Z')).not.toContain('16.10');
    expect(maintainedMinors(facts, '2024-06-25T00:00:00Z')).toEqual(['17.1', '17.0', '16.11', '16.10']);
    expect(maintainedMinors(facts, '2024-07-01T00:00:00Z')).not.toContain('16.10');
    expect(maintenanceVerdict(facts, { minor: '16.10', at: '2024-06-26T00:00:00Z' })).toMatchObject({
      verdict: 'pass',
      lookAgainAt: '2024-07-01',
      sentence:
        '16.10 is maintained until 2024-07-01 by an exception of lin: customers who cannot upgrade in June',
    });
  });

  it('keep an exception that was made under a policy of before', () => {
    const exception = {
      minor: '16.11',
      from: '2024-06-20T00:00:00Z',
      until: '2024-08-01T00:00:00Z',
      approvedBy: 'lin',
      reason: 'It was promised.',
    };
    const { policies } = excepting([exception]);
    const later = [...policies, { from: '2024-06-25', previousMinors: 0 }];

    expect(maintainedMinors({ ...FACTS, policies: later }, '2024-07-01T00:00:00Z')).toEqual([
      '17.1',
      '16.11',
    ]);
  });

  it('are unknown before the first policy, which is an error and not an empty window', () => {
    expect(() => maintainedMinors(FACTS, '2022-05-21T00:00:00Z')).toThrow(
      'maintenance: no policy says which minors get fixes on 2022-05-21T00:00:00Z. Give the first policy an earlier date',
    );
  });

  it.each([
    ['17.1', 'pass', '17.1 is maintained: it is the newest that is out.'],
    ['17.0', 'pass', '17.0 is maintained: one newer minor is out.'],
    ['16.11', 'pass', '16.11 is maintained: 2 newer minors are out.'],
    ['16.10', 'fail', '16.10 is not maintained: 3 newer minors are out, and there is no exception for it.'],
    ['17.2', 'fail', '17.2 is not out.'],
  ])('are told of %s: %s', (minor, verdict, sentence) => {
    expect(maintenanceVerdict(FACTS, { minor, at: '2024-06-21T00:00:00Z' })).toMatchObject({
      verdict,
      sentence,
    });
  });

  const minors = subarray([...Array(24).keys()], { minLength: 1 }).map((places) =>
    places.map((place) => `${15 + Math.floor(place / 12)}.${place % 12}`),
  );
  const days = date({ min: new Date('2023-01-01'), max: new Date('2024-12-31'), noInvalidDate: true });

  it('are the newest published ones, however few minors a major had, and the verdicts say the same', () => {
    assert(
      property(minors, nat({ max: 4 }), days, (names, previousMinors, day) => {
        // One minor a month, in order of their numbers.
        const published = names.map((minor, index) => ({
          minor,
          publishedAt: new Date(Date.UTC(2023, index, 20)).toISOString(),
        }));
        const facts = { published, policies: [{ from: '2022-01-01', previousMinors }] };
        const at = day.toISOString();

        const maintained = maintainedMinors(facts, at);

        const out = names.filter((_name, index) => Date.UTC(2023, index, 20) <= day.getTime());
        expect(maintained).toEqual(out.slice(-(previousMinors + 1)).toReversed());
        for (const minor of names) {
          const { verdict } = maintenanceVerdict(facts, { minor, at });
          expect(verdict === 'pass').toBe(maintained.includes(minor));
        }
      }),
    );
  });

  it('never lose one by an exception', () => {
    const exceptions = array(
      record({ minor: nat({ max: 3 }).map((place) => OUT[place]?.minor ?? ''), from: days, until: days }),
    );
    assert(
      property(exceptions, days, (some, day) => {
        const at = day.toISOString();
        const dated = some.map(({ minor, from, until }) => ({
          minor,
          from: from.toISOString(),
          until: until.toISOString(),
          approvedBy: 'lin',
          reason: 'asked',
        }));

        const maintained = maintainedMinors(excepting(dated), at);

        expect(maintained).toEqual(expect.arrayContaining([...maintainedMinors(FACTS, at)]));
      }),
    );
  });
});
