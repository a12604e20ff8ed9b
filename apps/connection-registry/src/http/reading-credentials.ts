import { NewCertificate, NewCredential } from '@homerealm/contracts';
import { z } from 'zod';
import type { Reading } from '../domain/problems.js';
import { type DescribedAs, readBody } from './reading.js';

export type CredentialBody =
  { kind: 'client-secret'; body: Reading<NewCredential> } | { kind: 'certificate'; body: Reading<NewCertificate> };

/** A secret to store, or the wish for a certificate: the kind decides which fields there are. */
export const newCredential: DescribedAs<CredentialBody> = {
  '~standard': {
    version: 1,
    vendor: 'homerealm',
    validate: (body) => ({ value: read(body) }),
    jsonSchema: z.union([NewCredential, NewCertificate])['~standard'].jsonSchema,
  },
};

function read(body: unknown): CredentialBody {
  const isCertificate = (body as { kind?: unknown } | null)?.kind === 'certificate';
  if (isCertificate) return { kind: 'certificate', body: readBody(NewCertificate, body) };
  return { kind: 'client-secret', body: readBody(NewCredential, body) };
}
