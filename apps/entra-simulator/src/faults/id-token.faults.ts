import { randomUUID } from 'node:crypto';
import type { Draft } from '../entra/jwt.js';
import type { Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import type { FaultRow } from './row.js';

type World = { now: number; simulation: Simulation };
type Row = FaultRow & { change(draft: Draft, world: World): void };

const evil = 'https://evil.example';

const set =
  (claims: (world: World, before: Record<string, unknown>) => Record<string, unknown>): Row['change'] =>
  (draft, world) =>
    void Object.assign(draft.claims, claims(world, draft.claims));

const drop =
  (...names: string[]): Row['change'] =>
  (draft) =>
    names.forEach((name) => Reflect.deleteProperty(draft.claims, name));

const refused = (says: string, change: Row['change']): Row => ({ says, outcome: 'refused', change });

/** Faults of the id_token: each changes the draft before it is signed, or the signing. */
export const idTokenFaults = {
  'wrong-key': refused(
    'The id_token is signed by a key that is not published, under the id of one that is.',
    (draft) => {
      draft.signer = 'stranger';
    },
  ),
  'unknown-kid': refused(
    'The id_token is signed by an unpublished key, under an id nobody published.',
    (draft, world) => {
      draft.signer = 'stranger';
      draft.header.kid = world.simulation.keys.stranger.kid;
    },
  ),
  'alg-none': refused('The id_token has alg "none" and no signature.', (draft) => {
    draft.header.alg = 'none';
    draft.signer = 'nobody';
  }),
  'alg-hs256': refused('The id_token has alg HS256, keyed with the published RSA public key.', (draft) => {
    draft.header.alg = 'HS256';
    draft.signer = 'public-key-as-secret';
  }),
  'tampered-payload': refused('The id_token names another person than the one it was signed for.', (draft) => {
    draft.spoil = (token) =>
      replacePayload(token, (claims) => ({ ...claims, oid: randomUUID(), name: 'Somebody Else' }));
  }),
  'wrong-nonce': refused(
    'The nonce is another one.',
    set(() => ({ nonce: 'not-the-nonce-you-sent' })),
  ),
  'missing-nonce': refused('The nonce is missing.', drop('nonce')),
  'wrong-aud': refused(
    'The audience is another application.',
    set(() => ({ aud: randomUUID() })),
  ),
  'spn-aud': refused(
    'The audience is "spn:" and the client id.',
    set((_, { aud }) => ({ aud: `spn:${String(aud)}` })),
  ),
  'aud-array': refused(
    'The audience is a list: this application and another.',
    set((_, { aud }) => ({ aud: [aud, randomUUID()] })),
  ),
  'wrong-iss': refused(
    'The issuer is at another host.',
    set((_, { tid }) => ({ iss: `${evil}/${String(tid)}/v2.0` })),
  ),
  'wrong-tid': refused(
    'The tenant id differs from the issuer’s.',
    set(() => ({ tid: randomUUID() })),
  ),
  'missing-tid': refused('The tenant id is missing.', drop('tid')),
  'missing-oid': refused('The object id is missing.', drop('oid')),
  'missing-sub': refused('The subject is missing.', drop('sub')),
  'malformed-tid': refused(
    'The tenant id is no GUID, in the issuer as well.',
    set(({ simulation }) => ({ tid: '../evil', iss: `${simulation.origin}/../evil/v2.0` })),
  ),
  expired: refused(
    'The id_token expired ten minutes ago.',
    set(({ now }) => times(now, -600)),
  ),
  'expired-4min': refused(
    'The id_token expired four minutes ago.',
    set(({ now }) => times(now, -240)),
  ),
  'not-yet-valid': refused(
    'The id_token becomes valid in ten minutes.',
    set(({ now }) => ({ nbf: now + 600 })),
  ),
  'missing-iat': refused('The time of issue is missing.', drop('iat')),
  'future-iat': refused(
    'The time of issue is tomorrow.',
    set(({ now }) => ({ iat: now + 86_400 })),
  ),
  'typ-missing': refused('The header has no typ.', (draft) => void Reflect.deleteProperty(draft.header, 'typ')),
  'typ-at-jwt': refused('The header says the token is an access token.', (draft) => void (draft.header.typ = 'at+jwt')),
  'foreign-azp': refused(
    'The authorized party is another application.',
    set(() => ({ azp: randomUUID() })),
  ),
  'token-bom': refused('The id_token’s payload, rightly signed, begins with a byte order mark.', (draft) => {
    draft.payload = (claims) => `\ufeff${JSON.stringify(claims)}`;
  }),
  'groups-as-number': {
    says: 'The groups claim is a number instead of a list; who reads it may ask Graph instead.',
    outcome: 'tolerated',
    change: set(() => ({ groups: 7 })),
  },
  'huge-claims': {
    says: 'The id_token is rightly signed and some 300 KB large.',
    outcome: 'refused',
    change: set(() => ({ name: 'N'.repeat(100_000), ...manyClaims(2_000) })),
  },
  'proto-claims': {
    says: 'The claims hold __proto__, constructor and prototype keys.',
    outcome: 'tolerated',
    change: (draft) => {
      const hostile =
        '"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"prototype":{"admin":true}';
      draft.payload = (claims) => `{${hostile},${JSON.stringify(claims).slice(1)}`;
    },
  },
} satisfies Record<string, Row>;
export type IdTokenFault = keyof typeof idTokenFaults;

/** Changes the draft by every fault that is armed for this sign-in. */
export function applyIdTokenFaults(draft: Draft, exchange: Exchange, simulation: Simulation): void {
  for (const [name, row] of Object.entries(idTokenFaults) as [IdTokenFault, Row][]) {
    if (simulation.faults.take(name, exchange)) row.change(draft, { now: simulation.now(), simulation });
  }
}

function times(now: number, untilExpiry: number) {
  return { iat: now - 3_900, nbf: now - 3_900, exp: now + untilExpiry };
}

function manyClaims(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`extension_${index}`, 'x'.repeat(80)]));
}

function replacePayload(token: string, change: (claims: Record<string, unknown>) => Record<string, unknown>): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>;
  return `${header}.${Buffer.from(JSON.stringify(change(claims))).toString('base64url')}.${signature}`;
}
