import { createHash } from 'node:crypto';
import type { Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import type { SocialGrant, SocialProvider } from './model.js';

export type SocialRefusal = 'client' | 'code' | 'redirect-uri';

/** Takes a code for what was agreed to, once. The client proves itself in the form or in the header. */
export function redeemSocial(
  { key, client }: SocialProvider,
  { form, headers }: Exchange,
  { socialCodes }: Simulation,
): SocialGrant | SocialRefusal {
  const { clientId, secret } = credentialsIn(form, headers.authorization);
  if (clientId !== client.clientId || secret !== client.secret) return 'client';
  const code = form.get('code') ?? '';
  const grant = socialCodes.get(code);
  socialCodes.drop(code);
  if (grant?.provider !== key) return 'code';
  const verifier = form.get('code_verifier') ?? '';
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  if (grant.challenge !== undefined && grant.challenge !== challenge) return 'code';
  return grant.redirectUri === form.get('redirect_uri') ? grant : 'redirect-uri';
}

function credentialsIn(form: URLSearchParams, header: string | undefined) {
  const [, basic] = /^Basic (.+)$/i.exec(header ?? '') ?? [];
  if (basic === undefined) return { clientId: form.get('client_id'), secret: form.get('client_secret') };
  const [clientId = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':').map(decodeForm);
  return { clientId, secret };
}

const decodeForm = (text: string): string => new URLSearchParams(`x=${text}`).get('x') ?? '';
