import { withPatience } from '../../gateway/patience';

describe('patience', () => {
  it('tries until it works, and says what it waits for', async () => {
    const waited: string[] = [];
    const answers = [new Error('not yet'), new Error('not yet'), 'there'];

    const answer = await withPatience(
      { what: 'Temporal', tellWaiting: (what) => waited.push(what), signal: new AbortController().signal },
      async () => {
        const next = answers.shift();
        if (next instanceof Error) throw next;
        return next;
      },
    );

    expect(answer).toBe('there');
    expect(waited).toEqual(['Temporal', 'Temporal']);
  });

  it('ends with what was in the way', async () => {
    const waiting = withPatience(
      { what: 'PostgreSQL', tellWaiting: () => undefined, signal: new AbortController().signal, forMs: 300 },
      () => Promise.reject(new Error('connection refused')),
    );

    await expect(waiting).rejects.toThrow(/PostgreSQL: it does not answer \(connection refused\)/);
  });

  it('ends at once when it is told to stop', async () => {
    const stopping = new AbortController();

    const waiting = withPatience(
      { what: 'Temporal', tellWaiting: () => stopping.abort(), signal: stopping.signal },
      () => Promise.reject(new Error('not yet')),
    );

    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});
