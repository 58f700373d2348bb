import { readRequest } from '../../starters/release-request';

describe('a release that is asked for', () => {
  it('gets its minors in order, the newest first, by number and not by letter', () => {
    const order = readRequest({ kind: 'patch', minors: ['18.9', ' 18.10', '17.11'] });

    expect(order).toEqual({ kind: 'patch', type: 'planned', minors: ['18.10', '18.9', '17.11'] });
  });

  it('may be of a type', () => {
    const order = readRequest({ kind: 'patch', minors: ['18.6'], type: 'critical' });

    expect(order).toMatchObject({ type: 'critical' });
  });

  it('may be a monthly', () => {
    expect(readRequest({ kind: 'monthly', minor: '18.7' })).toEqual({ kind: 'monthly', minor: '18.7' });
  });

  it.each([
    [{ kind: 'internal' }, /kind: "internal"/],
    [{ kind: 'monthly', minor: '18.07' }, /minor: "18\.07" is no minor/],
    [{ kind: 'monthly', minor: '18.7', type: 'planned' }, /only patch releases have types/],
    [{ kind: 'patch', minor: '18.6', minors: ['18.6'] }, /`minor` is no list/],
    [{ kind: 'patch', minors: ['18.6', ' 18.6 '] }, /named twice/],
  ])('is refused as %j', (request, problem) => {
    expect(() => readRequest(request)).toThrow(problem);
  });
});
