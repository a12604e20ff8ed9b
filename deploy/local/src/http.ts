import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string };
export type Request = {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** PEM; trusted beside nothing else. */
  ca?: string | undefined;
  timeoutMs?: number;
};

/**
 * One HTTP(S) request that follows nothing. Node reads NODE_EXTRA_CA_CERTS only at start, so this process hands the
 * test CA over with each request. Connections are not kept: nothing is left open.
 */
export function ask(
  url: string,
  { method = 'GET', headers, body, ca, timeoutMs = 10_000 }: Request = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const start = url.startsWith('https:') ? httpsRequest : httpRequest;
    const outgoing = start(url, { method, headers, ca, agent: false, timeout: timeoutMs }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Whether the URL answers 2xx. */
export async function answersOk(url: string, ca?: string): Promise<boolean> {
  try {
    const { status } = await ask(url, { ca, timeoutMs: 2_000 });
    return status >= 200 && status < 300;
  } catch {
    return false;
  }
}
