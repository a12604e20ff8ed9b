import { z } from 'zod';

/** `POST /connections/:id/credentials`, to have a certificate made in place of storing a secret. */
export const NewCertificate = z.strictObject({
  kind: z.literal('certificate').describe('A key pair and a certificate are made here; the key never leaves.'),
  validDays: z
    .number()
    .int()
    .min(1)
    .max(730)
    .nullish()
    .meta({ description: 'How long it lasts, in days. At most 730.', default: 365 }),
});
export type NewCertificate = z.output<typeof NewCertificate>;

/** The public half of a certificate credential. */
export const CertificateResponse = z.object({
  pem: z.string().describe('The certificate. Upload it to the app registration.'),
  subject: z.string().describe('Whom it names.'),
  thumbprint: z.string().describe('SHA-1 in hexadecimal capitals, as Entra lists certificates.'),
  thumbprintSha256: z.string().describe('SHA-256 in hexadecimal capitals.'),
  notBefore: z.iso.datetime().describe('When it begins to be valid.'),
  notAfter: z.iso.datetime().describe('When it ends.'),
});
export type CertificateResponse = z.infer<typeof CertificateResponse>;

/** What a try of a credential showed. */
export const ProbeResponse = z.object({
  outcome: z
    .enum(['works', 'wrong', 'expired', 'unreachable', 'refused'])
    .describe(
      '`works`: the provider took it. `wrong`: it does not know it. `expired`: it is too old. `unreachable`: no usable answer, so nothing is known. `refused`: the provider refused for another reason.',
    ),
  since: z.iso.datetime().describe('Since when every try has shown this.'),
  checkedAt: z.iso.datetime().describe('When it was tried last.'),
  error: z.string().nullable().describe('The provider’s name of its error.'),
  aadsts: z.array(z.string()).describe('Numbers of Entra’s error codes.'),
  says: z.string().nullable().describe('What an admin should do about it.'),
});
export type ProbeResponse = z.infer<typeof ProbeResponse>;
