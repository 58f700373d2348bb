import { blanked, BLANKS, type Blanking } from './blanks';

const BLANKING: Blanking = {
  addresses: { gitlab: 'http://127.0.0.1:4000' },
  since: new Date('2026-11-26T09:00:00.000Z'),
  eras: [
    { name: 'until approval', endedAt: Date.parse('2026-11-26T10:00:30.000Z') },
    { name: 'until published', endedAt: Date.parse('2026-11-26T11:30:00.000Z') },
  ],
  names: new Map([
    ['version:00000000-0000-0000-0000-000000000001', 'version of 18.6.3'],
    ['version:00000000-0000-0000-0000-000000000002', 'version of 18.5.5'],
  ]),
};

/** The world beside it: servers, ends of eras and drawn ids are its own. */
const BESIDE: Blanking = {
  addresses: { gitlab: 'http://127.0.0.1:5000' },
  since: BLANKING.since,
  eras: [
    { name: 'until approval', endedAt: Date.parse('2026-11-26T10:00:40.000Z') },
    { name: 'until published', endedAt: Date.parse('2026-11-26T11:30:10.000Z') },
  ],
  names: new Map([
    ['version:00000000-0000-0000-0000-00000000000a', 'version of 18.6.3'],
    ['version:00000000-0000-0000-0000-00000000000b', 'version of 18.5.5'],
  ]),
};

describe('what is blanked before two worlds are compared', () => {
  it.each(BLANKS.map((blank) => [blank.what, blank] as const))(
    'hides the %s and nothing beside it',
    (_what, { blank, same, different }) => {
      expect(same[0]).not.toBe(same[1]);
      expect(blank(same[0], BLANKING)).toBe(blank(same[1], BESIDE));
      expect(blank(different[0], BLANKING)).not.toBe(blank(different[1], BESIDE));
    },
  );

  it.each([
    'a'.repeat(40),
    'embargo:zq7xk2v9wj',
    'topic/zq7xk2v9wj/18.6',
    'patch:42',
    '{"id":42,"created_at":"2026-11-26T08:00:00.000Z"}',
    '2026-11-26T08:59:59.000Z',
    '[{"iid":2},{"iid":1}]',
  ])('leaves %s as it is', (text) => {
    expect(blanked(text, BLANKING)).toBe(text);
  });

  it('tells a line more from a line less', () => {
    const line = '{"workflowId":"patch:1","sentence":"It is closed."}';

    expect(blanked(`[${line},${line}]`, BLANKING)).not.toBe(blanked(`[${line}]`, BLANKING));
  });
});
