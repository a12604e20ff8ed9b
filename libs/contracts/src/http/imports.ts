import { ConnectionId, ImportId } from '@homerealm/domain';
import { z } from 'zod';
import { readableText } from './text.js';

export const ImportState = z.enum(['receiving', 'running', 'done', 'failed', 'cancelled']);
export type ImportState = z.output<typeof ImportState>;
export const ImportFormat = z.enum(['csv', 'ndjson']);
export type ImportFormat = z.output<typeof ImportFormat>;

const dryRun = z.boolean().describe('All checks, and no user, no identity, no event.');
const connectionId = ConnectionId.describe(
  'Rows that name no connection are enterprise users of this one. Left out: users of this directory.',
);

/** Query of `POST /imports`. */
export const ImportQuery = z.strictObject({
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe('`true`: all checks, and no user, no identity, no event.'),
  connectionId: connectionId.optional(),
});
export type ImportQuery = z.output<typeof ImportQuery>;

/** `POST /imports/in-parts`: an import whose file comes in numbered parts. */
export const AnnounceImportRequest = z.strictObject({
  format: ImportFormat,
  dryRun: dryRun.default(false),
  connectionId: connectionId.nullish(),
});
export type AnnounceImportRequest = z.output<typeof AnnounceImportRequest>;

/** `POST /imports/:importId/start`. */
export const StartImportRequest = z.strictObject({
  parts: z.number().int().min(1).max(10_000).describe('How many parts the file has: all of 1 to this must be there.'),
});
export type StartImportRequest = z.output<typeof StartImportRequest>;

export const ImportPartResponse = z.object({
  part: z.number().int(),
  bytes: z.number().int(),
  sha256: z.string().describe('Of the bytes that were received, in hexadecimal.'),
});
export type ImportPartResponse = z.output<typeof ImportPartResponse>;

export const ImportResponse = z.object({
  importId: ImportId,
  state: ImportState,
  format: ImportFormat,
  dryRun,
  connectionId: ConnectionId.nullable(),
  progressUrl: z.string().describe('Path of this answer, kept up to date.'),
  bytes: z.number().int().describe('Size of the file, as far as received.'),
  bytesRead: z.number().int().describe('How much of it is worked through.'),
  parts: z.number().int().describe('Parts that are complete.'),
  counts: z.object({
    read: z.number().int(),
    created: z.number().int(),
    updated: z.number().int(),
    unchanged: z.number().int(),
    rejected: z.number().int(),
  }),
  rejectedBy: z.record(z.string(), z.number().int()).describe('Rejected rows by reason code.'),
  failure: z
    .object({ code: z.string(), says: z.string(), row: z.number().int().nullable() })
    .nullable()
    .describe('Why it failed. Rows before this one stay imported.'),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});
export type ImportResponse = z.output<typeof ImportResponse>;

/** One row that was not imported. Never holds a value of it. */
export const RejectedRow = z.object({
  row: z.number().int().describe('Number of the row in the file; the header of a CSV file is row 1.'),
  code: z.string(),
  field: z.string().nullable().describe('Name of the column, when it is about one.'),
  says: z.string(),
});
export type RejectedRow = z.output<typeof RejectedRow>;

/** A caller's own key of a user, unique in the directory. */
export const ProvidedId = readableText(200).describe('The caller’s own key of the user.');
