import type { ServerResponse } from 'node:http';
import type { Answer } from './exchange.js';

/** Even a fault ends: a held answer after two minutes, a flood after 64 MiB. */
const longestHang = 120_000;
const longestFlood = 64 * 1024 * 1024;

export async function writeAnswer(response: ServerResponse, answer: Answer): Promise<void> {
  if (answer.trick === 'hang') return hold(response);
  response.writeHead(answer.status, answer.headers);
  if (answer.trick === 'flood') return flood(response, answer.body ?? '');
  response.end(answer.body ?? '');
}

function hold(response: ServerResponse): void {
  const timer = setTimeout(() => response.destroy(), longestHang);
  timer.unref();
  response.once('close', () => clearTimeout(timer));
}

async function flood(response: ServerResponse, start: string | Buffer): Promise<void> {
  const blanks = ' '.repeat(64 * 1024);
  response.write(start);
  for (let sent = 0; sent < longestFlood && !response.destroyed; sent += blanks.length) {
    if (!response.write(blanks)) await drained(response);
  }
  response.destroy();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
