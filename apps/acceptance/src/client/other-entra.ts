import { createHash, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCertificateAuthority } from '@homerealm/testing/tls';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';

const tenant = '7d1f0a52-90c4-4a0b-8a55-0d6d3b1c2e3f';
const objectId = '5b0c1d2e-3f40-4516-8273-94a5b6c7d8e9';
const groups = ['a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000002'];
const clientId = '0f1e2d3c-4b5a-4697-8877-665544332211';

type Kept = { nonce: string; challenge: string; redirectUri: string };

/**
 * A second, much smaller implementation of the Entra v2 endpoints and Graph, written apart from the simulator, with
 * Graph at an origin of its own. It shows that nothing in the product knows the simulator.
 */
export class OtherEntra {
  readonly tenant = tenant;
  readonly clientId = clientId;
  readonly clientSecret = 'other~secret.value-0123456789';
  readonly groups = groups;
  readonly email = 'grace@other.example';
  /** Headers of every request that came in, and every code that went out. */
  readonly heard: IncomingMessage['headers'][] = [];
  readonly issuedCodes: string[] = [];
  private readonly codes = new Map<string, Kept>();

  private constructor(
    readonly caPem: string,
    private readonly login: Server,
    private readonly graph: Server,
    private readonly key: CryptoKey,
    private readonly jwk: object,
  ) {
    for (const server of [login, graph]) server.on('request', ({ headers }) => this.heard.push(headers));
    login.on('request', (incoming: IncomingMessage, response: ServerResponse) => void this.answer(incoming, response));
    graph.on('request', (incoming: IncomingMessage, response: ServerResponse) => this.answerGraph(incoming, response));
  }

  static async start(): Promise<OtherEntra> {
    const ca = await createCertificateAuthority();
    const tls = await ca.issue(['localhost', '127.0.0.1']);
    const listen = async () => {
      const server = createServer({ cert: tls.certPem, key: tls.keyPem }).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      return server;
    };
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'other-1', use: 'sig' };
    return new OtherEntra(ca.caPem, await listen(), await listen(), privateKey, jwk);
  }

  get origin(): string {
    return originOf(this.login);
  }
  get graphOrigin(): string {
    return originOf(this.graph);
  }

  async stop(): Promise<void> {
    for (const server of [this.login, this.graph]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  private async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', this.origin);
    const path = url.pathname.replace(/^\/(?:7d1f0a52[^/]*|other\.example)/, '');
    if (path === '/v2.0/.well-known/openid-configuration') return json(response, this.metadata());
    if (path === '/discovery/v2.0/keys') return json(response, { keys: [this.jwk] });
    if (path === '/oauth2/v2.0/authorize') return this.authorize(url.searchParams, response);
    if (path === '/oauth2/v2.0/token') return json(response, await this.token(await formOf(incoming)));
    return json(response, { error: 'not_found' }, 404);
  }

  private metadata() {
    const base = `${this.origin}/${tenant}`;
    return {
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
    };
  }

  private authorize(query: URLSearchParams, response: ServerResponse): void {
    const code = randomUUID();
    this.issuedCodes.push(code);
    const redirectUri = query.get('redirect_uri') ?? '';
    this.codes.set(code, {
      nonce: query.get('nonce') ?? '',
      challenge: query.get('code_challenge') ?? '',
      redirectUri,
    });
    const target = new URL(redirectUri);
    target.searchParams.set('code', code);
    target.searchParams.set('state', query.get('state') ?? '');
    response.writeHead(302, { location: target.href }).end();
  }

  private async token(form: URLSearchParams): Promise<object> {
    const kept = this.codes.get(form.get('code') ?? '');
    this.codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const proven = form.get('client_secret') === this.clientSecret && kept?.challenge === challenge;
    if (!kept || !proven || kept.redirectUri !== form.get('redirect_uri')) return { error: 'invalid_grant' };
    const claims = {
      oid: objectId,
      tid: tenant,
      ver: '2.0',
      nonce: kept.nonce,
      name: 'Grace Other',
      preferred_username: this.email,
      email: this.email,
    };
    const idToken = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'other-1' })
      .setIssuer(`${this.origin}/${tenant}/v2.0`)
      .setAudience(clientId)
      .setSubject('pairwise-of-grace')
      .setIssuedAt()
      .setNotBefore('0s')
      .setExpirationTime('1h')
      .sign(this.key);
    return {
      token_type: 'Bearer',
      expires_in: 3599,
      scope: 'openid profile email User.Read',
      access_token: 'graph-of-grace',
      id_token: idToken,
    };
  }

  private answerGraph(incoming: IncomingMessage, response: ServerResponse): void {
    if (incoming.headers.authorization !== 'Bearer graph-of-grace')
      return json(response, { error: { code: 'InvalidAuthenticationToken' } }, 401);
    const { pathname } = new URL(incoming.url ?? '/', this.graphOrigin);
    if (pathname.startsWith('/v1.0/me/transitiveMemberOf'))
      return json(response, { value: groups.map((id) => ({ id })) });
    if (pathname === '/v1.0/me') return json(response, { id: objectId, givenName: 'Grace', surname: 'Other' });
    return json(response, { error: { code: 'Request_ResourceNotFound' } }, 404);
  }
}

const originOf = (server: Server): string => `https://localhost:${(server.address() as AddressInfo).port}`;

function json(response: ServerResponse, body: object, status = 200): void {
  const failed = 'error' in body && status === 200;
  response.writeHead(failed ? 400 : status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function formOf(incoming: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}
