'use strict';

// Starts processes for a larger one and passes on what they say; see processes/run-process.ts. It ends with whom it works for.
const { spawn } = require('node:child_process');

const running = new Map();
/** What a process says is told with its end, in one message, unless it is more than so many bytes. */
const TOLD_AT_ONCE = 64 * 1024;

process.on('message', ({ id, run, input, isTaken }) => {
  const one = running.get(id);
  if (run !== undefined) start(id, run);
  else if (input !== undefined) one?.feed(input);
  else if (isTaken) one?.goOn();
  else one?.kill();
});
// A key pressed in a terminal reaches the whole group: what is running is waited for all the same.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

/** What the system does not even try to start is a failure of that one run; the others go on. */
function start(id, { program, args, cwd, env, input, isFed, isPaced, isGroup }) {
  try {
    const child = spawn(program, args, { cwd, env, detached: isGroup });
    child.on('error', ({ message }) => say({ id, failure: message }));
    follow(id, child, { isPaced, isGroup });
    if (!isFed) child.stdin.end(input);
  } catch ({ message }) {
    running.delete(id);
    say({ id, failure: message });
  }
}

function follow(id, child, { isPaced, isGroup }) {
  let isWaitedFor = isPaced;
  const kill = () => {
    // What nobody takes any more would keep it open for ever.
    isWaitedFor = false;
    child.stdout.resume();
    if (isGroup) killGroup(child);
    else child.kill();
  };
  // An empty piece is the end.
  const feed = (piece) =>
    piece.length === 0 ? child.stdin.end() : child.stdin.write(piece, () => say({ id, isFed: true }));
  running.set(id, { kill, feed, goOn: () => child.stdout.resume() });
  let untold = { out: [], err: [], bytes: 0 };
  const rest = () => {
    const { out, err } = untold;
    untold = { out: [], err: [], bytes: 0 };
    return {
      ...(out.length === 0 ? {} : { out: Buffer.concat(out) }),
      ...(err.length === 0 ? {} : { err: Buffer.concat(err) }),
    };
  };
  const keep = (where, chunk) => {
    untold[where].push(chunk);
    untold.bytes += chunk.length;
    if (untold.bytes > TOLD_AT_ONCE) say({ id, ...rest() });
  };
  child.stdout.on('data', (out) => {
    if (!isPaced) return keep('out', out);
    if (isWaitedFor) child.stdout.pause();
    say({ id, out });
  });
  child.stderr.on('data', (err) => keep('err', err));
  child.on('close', (code) => {
    running.delete(id);
    say({ id, ...rest(), code });
  });
  // A process may be done before it has read everything; its exit code tells.
  child.stdin.on('error', () => undefined);
}

function killGroup({ pid }) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

function say(message) {
  if (process.connected) process.send(message);
}
