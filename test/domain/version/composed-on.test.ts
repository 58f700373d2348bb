import { composedOn } from '../../../domain/version/composed-on';

it.each([
  { of: 'nothing given out yet', tagged: ['18.6.0', '18.6.1'], given: [], is: '18.6.1' },
  {
    of: 'numbers given out and none of them public',
    tagged: ['18.6.0', '18.6.1'],
    given: [{ number: '18.6.2', state: 'reserved' }],
    is: '18.6.1',
  },
  {
    of: 'the newest published',
    tagged: ['18.6.1', '18.6.2'],
    given: [
      { number: '18.6.2', state: 'published' },
      { number: '18.6.3', state: 'tagged' },
    ],
    is: '18.6.2',
  },
  {
    of: 'one that is out in one project and not yet in all',
    tagged: ['18.6.1', '18.6.2'],
    given: [{ number: '18.6.2', state: 'publishing' }],
    is: '18.6.1',
  },
  {
    of: 'a burned number that somebody has tagged by hand',
    tagged: ['18.6.1', '18.6.2'],
    given: [{ number: '18.6.2', state: 'burned' }],
    is: '18.6.1',
  },
  {
    of: 'a tag by hand above what is under way',
    tagged: ['18.6.1', '18.6.7'],
    given: [{ number: '18.6.2', state: 'tagged' }],
    is: '18.6.1',
  },
  {
    of: 'a tag that nobody has given out, whatever internal versions there are',
    tagged: ['18.6.1', '18.6.2'],
    given: [{ number: '18.6.1-internal0', state: 'built' }],
    is: '18.6.2',
  },
  { of: 'a minor that has nothing out', tagged: [], given: [], is: undefined },
] as const)('contains the newest that is out whole: $of', ({ tagged, given, is }) => {
  expect(composedOn({ tagged, given })).toBe(is);
});
