'use strict';

// Starts processes for a larger one and passes on what they say; see processes/run-process.ts. It ends with whom it works for.
const { spawn } = require('node:child_process');

const running = new Map();

process.on('message', ({ id, run }) => {
  if (run === undefined) running.get(id)?.();
  else start(id, run);
});
// A key pressed in a terminal reaches the whole group: what is running is waited for all the same.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

function start(id, { program, args, cwd, env, input, isGroup }) {
  const child = spawn(program, args, { cwd, env, detached: isGroup });
  running.set(id, () => (isGroup ? killGroup(child) : child.kill()));
  child.stdout.on('data', (out) => say({ id, out }));
  child.stderr.on('data', (err) => say({ id, err }));
  child.on('error', ({ message }) => say({ id, failure: message }));
  child.on('close', (code) => {
    running.delete(id);
    say({ id, code });
  });
  // A process may be done before it has read everything; its exit code tells.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
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
