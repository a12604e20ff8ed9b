import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { UpstreamHttpError } from './upstream-http.error.js';

const decoders = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress };

/**
 * Reads a body while counting. The cap holds on the wire and after decompression, so neither an endless body nor a
 * compressed bomb fills the memory.
 * @throws UpstreamHttpError `too-large`
 */
export async function readBody(
  body: Readable,
  headers: Record<string, string | undefined>,
  maxBytes: number,
): Promise<Buffer> {
  // An error that comes after we have stopped reading has nobody left to tell.
  body.on('error', () => undefined);
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return collect(body, maxBytes);
  if (!Object.hasOwn(decoders, encoding)) throw new UpstreamHttpError('unreachable');
  const decoder = decoders[encoding as keyof typeof decoders]();
  body.on('error', (error) => decoder.destroy(error));
  return collect(body.pipe(decoder), maxBytes).finally(() => body.destroy());
}

async function collect(stream: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new UpstreamHttpError('too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
