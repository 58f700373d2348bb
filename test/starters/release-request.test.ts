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

  it('goes out of band on an exception', () => {
    const exception = 'https://gitlab.example/requests/7';
    const order = readRequest({ kind: 'patch', minors: ['18.6'], type: 'out-of-band', exception });

    expect(order).toEqual({ kind: 'patch', minors: ['18.6'], type: 'out-of-band', exception });
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
    [{ kind: 'patch', minors: ['18.6'], type: 'out-of-band' }, /exception: it is missing/],
    [{ kind: 'patch', minors: ['18.6'], type: 'out-of-band', exception: 'rosa said so' }, /is no address/],
    [{ kind: 'patch', minors: ['18.6'], type: 'critical', exception: 'https://a.example' }, /needs none/],
    [{ kind: 'monthly', minor: '18.7', exception: 'https://a.example' }, /needs none/],
  ])('is refused as %j', (request, problem) => {
    expect(() => readRequest(request)).toThrow(problem);
  });
});
