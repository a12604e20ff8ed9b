import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import pg from 'pg';
import { Agent, request } from 'undici';

/**
 * The least a brokered sign-in can be: what the bench divides by. Three inbound requests, one code exchange, one RS256
 * verification, two ES256 signatures, two durable commits of one statement each. No product: it checks only what a
 * sign-in cannot do without, and knows one application and one upstream.
 */
const settings = JSON.parse(process.env['FLOOR'] ?? '{}') as {
  port: number;
  databaseUrl: string;
  upstream: { authorize: string; token: string; jwks: string; clientId: string; clientSecret: string; scope: string };
  redirectUri: string;
  ca: string;
};

const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: 16 });
const agent = new Agent({ connect: { ca: settings.ca }, connections: 16 });
const cookieKey = randomBytes(32);
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const issuer = `http://localhost:${settings.port}`;
const callback = `${issuer}/callback`;
const random = () => randomBytes(24).toString('base64url');
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');

await pool.query(`
  CREATE TABLE IF NOT EXISTS account (subject text PRIMARY KEY, id text NOT NULL, claims jsonb NOT NULL);
  CREATE TABLE IF NOT EXISTS session (id text PRIMARY KEY, account_id text NOT NULL, at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE IF NOT EXISTS code (id text PRIMARY KEY, account_id text NOT NULL, challenge text NOT NULL, nonce text, claims jsonb NOT NULL, used boolean NOT NULL DEFAULT false);
  CREATE TABLE IF NOT EXISTS refresh (id text PRIMARY KEY, account_id text NOT NULL);
  CREATE TABLE IF NOT EXISTS outbox (id bigserial PRIMARY KEY, payload text NOT NULL)`);

const keys = new Map<string, KeyObject>();
async function loadKeys(): Promise<void> {
  const { body } = await request(settings.upstream.jwks, { dispatcher: agent });
  const set = (await body.json()) as { keys: { kid: string }[] };
  for (const key of set.keys) keys.set(key.kid, createPublicKey({ key, format: 'jwk' }));
}
await loadKeys();

function seal(value: object): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', cookieKey, iv);
  const text = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url');
}

function open(sealed: string): Record<string, string> {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', cookieKey, bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return JSON.parse(decipher.update(bytes.subarray(28)).toString() + decipher.final().toString()) as Record<
    string,
    string
  >;
}

function jwt(claims: object, typ: string): string {
  const now = Math.floor(Date.now() / 1000);
  const head = Buffer.from(JSON.stringify({ alg: 'ES256', typ, kid: 'floor' })).toString('base64url');
  const body = Buffer.from(JSON.stringify({ iss: issuer, iat: now, exp: now + 3600, ...claims })).toString('base64url');
  const signature = sign('sha256', Buffer.from(`${head}.${body}`), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${head}.${body}.${signature.toString('base64url')}`;
}

function verified(idToken: string, nonce: string): Record<string, unknown> {
  const [head = '', body = '', signature = ''] = idToken.split('.');
  const { kid, alg } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string; alg: string };
  const key = keys.get(kid);
  const signed = Buffer.from(`${head}.${body}`);
  if (alg !== 'RS256' || !key || !verify('sha256', signed, key, Buffer.from(signature, 'base64url')))
    throw new Error('signature');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
  const now = Date.now() / 1000;
  if (claims['aud'] !== settings.upstream.clientId || claims['nonce'] !== nonce || Number(claims['exp']) < now)
    throw new Error('claims');
  return claims;
}

function authorize(url: URL, response: ServerResponse): void {
  const state = random();
  const nonce = random();
  const verifier = random();
  const { upstream } = settings;
  const query = url.searchParams;
  if (query.get('redirect_uri') !== settings.redirectUri) throw new Error('redirect_uri');
  const kept = {
    state,
    nonce,
    verifier,
    appState: query.get('state') ?? '',
    challenge: query.get('code_challenge') ?? '',
    appNonce: query.get('nonce') ?? '',
  };
  const target = new URL(upstream.authorize);
  const params = {
    client_id: upstream.clientId,
    response_type: 'code',
    redirect_uri: callback,
    scope: upstream.scope,
    state,
    nonce,
    code_challenge: sha256(verifier),
    code_challenge_method: 'S256',
    login_hint: query.get('login_hint') ?? '',
  };
  for (const [name, value] of Object.entries(params)) target.searchParams.set(name, value);
  response.writeHead(302, { location: target.href, 'set-cookie': `floor=${seal(kept)}; Path=/; HttpOnly` }).end();
}

async function finish(url: URL, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const cookie = /floor=([^;]+)/.exec(incoming.headers.cookie ?? '')?.[1] ?? '';
  const kept = open(cookie);
  if (kept['state'] !== url.searchParams.get('state')) throw new Error('state');
  const { upstream } = settings;
  const form = {
    grant_type: 'authorization_code',
    code: url.searchParams.get('code') ?? '',
    redirect_uri: callback,
    client_id: upstream.clientId,
    client_secret: upstream.clientSecret,
    code_verifier: kept['verifier'] ?? '',
  };
  const { body } = await request(upstream.token, {
    dispatcher: agent,
    method: 'POST',
    body: new URLSearchParams(form).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  const claims = verified(((await body.json()) as { id_token: string }).id_token, kept['nonce'] ?? '');
  const code = random();
  const facts = JSON.stringify({ email: claims['email'], name: claims['name'], groups: claims['groups'] });
  await pool.query({
    name: 'finish',
    text: `WITH who AS (INSERT INTO account VALUES ($1, $2, $3) ON CONFLICT (subject) DO UPDATE SET claims = excluded.claims RETURNING id),
      signed_in AS (INSERT INTO session SELECT $4, id FROM who),
      told AS (INSERT INTO outbox (payload) SELECT $3::text FROM who UNION ALL SELECT $1 FROM who)
      INSERT INTO code SELECT $5, id, $6, $7, $3 FROM who`,
    values: [
      `${String(claims['tid'])}|${String(claims['oid'])}`,
      random(),
      facts,
      random(),
      code,
      kept['challenge'],
      kept['appNonce'],
    ],
  });
  const target = new URL(settings.redirectUri);
  target.searchParams.set('code', code);
  target.searchParams.set('state', kept['appState'] ?? '');
  response.writeHead(302, { location: target.href }).end();
}

async function token(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  const refresh = random();
  const { rows } = await pool.query<{ account_id: string; challenge: string; nonce: string; claims: object }>({
    name: 'token',
    text: `WITH used AS (UPDATE code SET used = true WHERE id = $1 AND NOT used RETURNING *),
      kept AS (INSERT INTO refresh SELECT $2, account_id FROM used),
      told AS (INSERT INTO outbox (payload) SELECT account_id FROM used)
      SELECT account_id, challenge, nonce, claims FROM used`,
    values: [form.get('code'), refresh],
  });
  const [row] = rows;
  if (!row || row.challenge !== sha256(form.get('code_verifier') ?? '')) throw new Error('code');
  const aud = form.get('client_id');
  const answer = {
    access_token: jwt({ sub: row.account_id, aud, ...row.claims }, 'at+jwt'),
    id_token: jwt({ sub: row.account_id, aud, nonce: row.nonce, ...row.claims }, 'JWT'),
    refresh_token: refresh,
    token_type: 'Bearer',
    expires_in: 3600,
  };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

const server = createServer((incoming, response) => {
  const url = new URL(incoming.url ?? '/', issuer);
  const work = async () => {
    if (url.pathname === '/authorize') return authorize(url, response);
    if (url.pathname === '/callback') return finish(url, incoming, response);
    if (url.pathname === '/token') return token(incoming, response);
    response.writeHead(404).end();
  };
  work().catch((error: unknown) => response.writeHead(400).end(error instanceof Error ? error.message : 'failed'));
});
server.listen(settings.port, '127.0.0.1', () => process.stdout.write('ready\n'));
process.once('SIGTERM', () => process.exit(0));
