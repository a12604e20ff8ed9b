/**
 * Ends what a command has started when the command itself was killed and cannot do it any more. It reads lines from its
 * standard input, which only that command holds open: `watch <pid> <signal>` and `forget <pid>`. A negative pid is a
 * process group. When the input ends, everything still watched gets its signal, and SIGKILL if it is there ten seconds
 * later.
 */
import { createInterface } from 'node:readline';

const watched = new Map();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

function send(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  const [word, pid, signal] = line.split(' ');
  if (word === 'watch') watched.set(Number(pid), signal);
  if (word === 'forget') watched.delete(Number(pid));
});
input.on('close', () => {
  for (const [pid, signal] of watched) send(pid, signal);
  const deadline = Date.now() + 10_000;
  const timer = setInterval(() => {
    for (const pid of watched.keys()) if (!send(pid, 0)) watched.delete(pid);
    if (watched.size > 0 && Date.now() < deadline) return;
    for (const pid of watched.keys()) send(pid, 'SIGKILL');
    clearInterval(timer);
  }, 100);
});
