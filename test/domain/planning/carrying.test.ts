import { isLeftBehind } from '../../../domain/planning/carrying';
import { at, instant, PUBLISHED } from './planned';

/** As it is published, 19.6 slides out of the window with 19.9 in January. */
it.each([
  ['2026-11-26', '19.6', false],
  ['2026-11-26', '19.2', true],
  ['2027-03-20', '19.6', true],
  ['2027-03-20', '19.9', false],
  // Where no patch is to come, nobody knows of which minors the next one is.
  ['2027-12-01', '19.6', false],
])('on %s a fix of %s waits for nothing that is planned: %s', (day, minor, isLeft) => {
  expect(isLeftBehind(minor, at(PUBLISHED, instant(`${day}T08:00:00Z`)))).toBe(isLeft);
});
