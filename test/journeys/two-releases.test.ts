import { startReleaseHouse, type ReleaseHouse } from '../support/release-house';
import { STORY_MS, statusOf, waitsForApproval } from './following';

describe('a monthly and a patch release side by side, on the real engine and real repositories', () => {
  let house: ReleaseHouse;

  beforeAll(async () => {
    house = await startReleaseHouse();
  }, 60_000);
  afterAll(() => house.end(), 60_000);

  it(
    'publishes both, each made while the other was under way',
    async () => {
      const monthly = await house.startMonthly('18.7');
      const patch = await house.startPatch(['18.6', '18.5', '18.4']);
      const waiting = await Promise.all([waitsForApproval(monthly), waitsForApproval(patch)]);

      await Promise.all([
        house.decide(monthly, 'approve', { before: 'published' }),
        house.decide(patch, 'approve', { before: 'published' }),
      ]);
      await Promise.all([monthly.result(), patch.result()]);
      const [monthlyEnd, patchEnd] = await Promise.all([statusOf(monthly), statusOf(patch)]);

      expect(waiting.map(({ next }) => next?.milestone)).toEqual(['published', 'published']);
      expect(monthlyEnd.state).toBe('finalised');
      expect(monthlyEnd.versions.map(({ version, reached }) => `${version} ${reached}`)).toEqual([
        '18.7.0-rc42 published',
        '18.7.0 published',
      ]);
      expect(patchEnd.versions.map(({ version, reached }) => `${version} ${reached}`)).toEqual([
        '18.6.2 published',
        '18.5.4 published',
        '18.4.6 published',
      ]);
    },
    STORY_MS,
  );
});
