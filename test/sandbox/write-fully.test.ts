import { Writable } from 'node:stream';
import { writeFully } from '../../sandbox/gitlab/write-fully';

const PIECE = Buffer.alloc(64);
const MANY = 50;

/** Full after each piece, until its reader has taken it. */
function slowly(take: (done: () => void) => void): Writable {
  return new Writable({ highWaterMark: 1, write: (_piece, _encoding, done) => take(done) });
}

function listening(stream: Writable): readonly number[] {
  return ['drain', 'close'].map((event) => stream.listenerCount(event));
}

it('leaves nothing on the stream however many pieces it waits for', async () => {
  const stream = slowly((done) => setImmediate(done));
  const before = listening(stream);

  for (let piece = 0; piece < MANY; piece += 1) await writeFully(stream, PIECE);

  expect(listening(stream)).toEqual(before);
});

it('waits for no client that is gone, also one that goes meanwhile', async () => {
  const stream = slowly(() => undefined);
  const before = listening(stream);

  const waiting = writeFully(stream, PIECE);
  stream.destroy();
  await waiting;
  await writeFully(stream, PIECE);

  expect(listening(stream)).toEqual(before);
});
