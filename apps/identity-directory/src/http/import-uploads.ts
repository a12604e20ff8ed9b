import type { ImportFormat } from '@homerealm/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { importErrors } from '../domain/import/import.errors.js';

const formats: Record<string, ImportFormat> = { 'text/csv': 'csv', 'application/x-ndjson': 'ndjson' };

/** How long an upload may take as a whole; the size of a part is the caller's choice. */
const longestUpload = 10 * 60 * 1000;

/** Has bodies of these types handed over while they come in, instead of being read into memory first. */
export function acceptUploads(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(Object.keys(formats), (_request, payload, done) => done(null, payload));
  fastify.server.requestTimeout = longestUpload;
}

/** The format that a request's content type says. UTF-8 is the only encoding there is. */
export function formatOf({ headers }: FastifyRequest): ImportFormat {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const format = formats[type.trim()];
  if (!format) throw importErrors('import.wrong-type');
  const charset = parameters.map((one) => one.trim()).find((one) => one.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) throw importErrors('import.not-utf8');
  return format;
}

/** The bytes of a request whose type `acceptUploads` knows. */
export const bodyOf = ({ body }: FastifyRequest): AsyncIterable<Uint8Array> => body as AsyncIterable<Uint8Array>;

/** The checksum a caller sent along, in hexadecimal. */
export function checksumOf({ headers }: FastifyRequest): string | null {
  const checksum = headers['x-content-sha256'];
  if (checksum === undefined) return null;
  const text = String(checksum).toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(text)) throw importErrors('import.bad-checksum');
  return text;
}
