import { aadError, clientSecret, type Behaviour } from '../fixtures/hostile-upstream.js';
import { TestBed } from '../fixtures/test-bed.js';
import { parseEntraAuthorities } from './authorities.js';
import type { EntraCredential } from './entra-connection.js';
import { createCredentialProbes, type CredentialProbe } from './probe-credential.js';

let bed: TestBed;
beforeAll(async () => {
  bed = await TestBed.start(500);
});
beforeEach(() => bed.upstream.reset());
afterAll(() => bed.close());

const secret: EntraCredential = { kind: 'client-secret', value: clientSecret };
const past = new Date('2020-01-01T00:00:00Z');

function probe(
  behaviour: Behaviour,
  { credential = secret, expiresAt = null as Date | null, authority = bed.upstream.origin } = {},
): Promise<CredentialProbe> {
  bed.upstream.behaviour = behaviour;
  const authorities = parseEntraAuthorities(`${bed.upstream.origin}=${bed.upstream.graphOrigin}`);
  const probes = createCredentialProbes({ http: bed.http, authorities });
  return probes.probe({ ...bed.connection(), authority }, credential, { expiresAt, now: new Date() });
}
const refusing = (error: string, number: number, status = 401): Behaviour => ({
  token: () => ({ status, body: aadError(error, number) }),
});

describe('a try of a credential', () => {
  it('works when the application gets a token, with that one credential', async () => {
    expect(await probe({})).toEqual({ outcome: 'works' });
    const [asked] = bed.upstream.asked.filter(({ path }) => path.includes('/token'));
    expect(Object.fromEntries(asked?.form ?? [])).toMatchObject({
      grant_type: 'client_credentials',
      scope: `${bed.upstream.graphOrigin}/.default`,
      client_secret: clientSecret,
    });
  });

  it.each<[string, Behaviour, Date | null, string]>([
    ['the provider does not know the secret', refusing('invalid_client', 7000215), null, 'wrong'],
    ['the provider gives a number nobody knows', refusing('invalid_client', 7999999), null, 'wrong'],
    ['the provider says it is over', refusing('invalid_client', 7000222), null, 'expired'],
    ['we know that it is over', refusing('invalid_client', 7999999), past, 'expired'],
    ['the application is not in the tenant', refusing('unauthorized_client', 700016, 400), null, 'refused'],
    ['consent is missing', refusing('invalid_grant', 65001, 400), null, 'refused'],
    ['the scope is wrong', refusing('invalid_scope', 70011, 400), past, 'refused'],
    ['the provider is down', { token: () => ({ status: 503, body: {} }) }, past, 'unreachable'],
    ['the provider asks for patience', { token: () => ({ status: 429, body: {} }) }, null, 'unreachable'],
    ['the provider hangs', { token: () => 'hang' }, null, 'unreachable'],
    ['the provider never stops', { token: () => 'endless' }, null, 'unreachable'],
    ['the line breaks', { token: () => 'reset' }, null, 'unreachable'],
    ['the answer is HTML', { token: () => ({ body: '<html>' }) }, null, 'unreachable'],
    ['the answer is null', { token: () => ({ body: 'null' }) }, null, 'unreachable'],
    ['the answer holds no token', { token: () => ({ body: {} }) }, null, 'unreachable'],
    ['the metadata is not there', { metadata: () => ({ status: 500, body: {} }) }, null, 'unreachable'],
  ])('when %s', async (_, behaviour, expiresAt, outcome) => {
    expect(await probe(behaviour, { expiresAt })).toMatchObject({ outcome });
  });

  it('says wrong of a certificate that cannot be read, and asks nobody', async () => {
    const credential: EntraCredential = { kind: 'certificate', privateKeyPem: 'x', certificatePem: 'y' };
    expect(await probe({}, { credential })).toEqual({ outcome: 'wrong' });
    expect(bed.upstream.count('/token')).toBe(0);
  });

  it('is refused where the operator does not allow the authority any more', async () => {
    expect(await probe({}, { authority: 'https://login.example' })).toEqual({ outcome: 'refused' });
    expect(bed.upstream.asked).toEqual([]);
  });

  it('A27: tells the provider’s numbers, never the secret it echoes', async () => {
    const echo = { token: () => ({ status: 401, body: aadError('invalid_client', 7000215, clientSecret) }) };
    const found = await probe(echo);
    expect(found).toEqual({ outcome: 'wrong', error: 'invalid_client', aadsts: ['7000215'] });
  });
});
