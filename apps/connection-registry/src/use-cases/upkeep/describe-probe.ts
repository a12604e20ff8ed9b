import type { ProbeResponse } from '@homerealm/contracts';
import type { ProbeRecord } from '../../domain/probe.js';

const sentences: Record<ProbeRecord['outcome'], string | null> = {
  works: null,
  wrong:
    'Entra does not know this credential. Usually the secret’s ID was stored in place of its Value, or the certificate was not uploaded yet.',
  expired: 'This credential is too old. Add a new one, and delete this one when the new one works.',
  unreachable: 'Entra gave no usable answer, so nothing is known. It is tried again tomorrow.',
  refused:
    'Entra refused for another reason than the credential. Compare tenant and client id, and look whether the application is disabled or consent is missing.',
};

/** A try of a credential as the API shows it. */
export const describeProbe = ({ outcome, since, checkedAt, error, aadsts }: ProbeRecord): ProbeResponse => ({
  outcome,
  since: since.toISOString(),
  checkedAt: checkedAt.toISOString(),
  error,
  aadsts: [...aadsts],
  says: sentences[outcome],
});
