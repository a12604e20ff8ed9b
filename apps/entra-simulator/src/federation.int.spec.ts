import { X509Certificate } from 'node:crypto';
import { claimTypes } from './federation/names.js';
import { app, contoso, fabrikam, startBench, type Bench } from './fixtures/bench.js';
import {
  authnRequest,
  context,
  identifier,
  prepareFederation,
  readForm,
  replyUrl,
} from './fixtures/federation-bench.js';
import { logoutUrl, requestId, signInFederated, signInUrl, valuesOf } from './fixtures/federation-bench.js';
import { isSigned } from './fixtures/federation-fault-effects.js';
import { seed } from './seed.js';

let bench: Bench;
beforeAll(async () => void (bench = await startBench()));
afterAll(() => bench.simulator.close());
beforeEach(async () => {
  await bench.prepare();
  await prepareFederation(bench);
});

const metadataOf = async (path: string) => (await bench.fetch(`${bench.origin}${path}`)).text();
const metadataPath = '/FederationMetadata/2007-06/FederationMetadata.xml';
const certificatesIn = (document: string) =>
  new Set(document.match(/<X509Certificate>[^<]+/g)?.map((one) => one.slice(17)));
type Certificates = { items: { thumbprintSha256: string; active: boolean; pem: string }[] };
const certificates = async () =>
  (await (await bench.sim('GET', `/apps/${app.clientId}/certificates`)).json()) as Certificates;

describe('a sign-in', () => {
  it('by SAML brings what Entra tells about a person by default, signed, to the registered address', async () => {
    const { action, fields, document } = await signInFederated(bench);
    const { anna } = seed.people;
    expect([action, fields.RelayState]).toEqual([replyUrl, context]);
    expect(await isSigned(bench, document)).toBe(true);
    expect(document).toContain(`<Audience>${identifier}</Audience>`);
    expect(document).toContain(`<Issuer>https://sts.windows.net/${contoso.id}/</Issuer>`);
    expect(document).toContain(`SubjectConfirmationData InResponseTo="${requestId}"`);
    expect(valuesOf(document, claimTypes.tenantId)).toEqual([contoso.id]);
    expect(valuesOf(document, claimTypes.objectId)).toEqual([anna.oid]);
    expect(valuesOf(document, claimTypes.emailAddress)).toEqual([anna.mail]);
    expect(valuesOf(document, claimTypes.groups).sort()).toEqual([...anna.groups].sort());
  });

  it('by WS-Federation brings a SAML 2.0 assertion in the envelope of February 2005', async () => {
    const { action, fields, document } = await signInFederated(bench, { door: 'wsfed' });
    expect([action, fields.wa, fields.wctx]).toEqual([replyUrl, 'wsignin1.0', context]);
    expect(document).toMatch(
      /^<t:RequestSecurityTokenResponse xmlns:t="http:\/\/schemas.xmlsoap.org\/ws\/2005\/02\/trust">/,
    );
    expect(document).not.toContain('SubjectConfirmationData');
    expect(valuesOf(document, claimTypes.objectId)).toEqual([seed.people.anna.oid]);
  });

  it('at ADFS brings a SAML 1.1 assertion in the envelope of WS-Trust 1.3', async () => {
    const { document } = await signInFederated(bench, { door: 'wsfed', path: '/adfs/ls/' });
    expect(document).toContain('RequestSecurityTokenResponseCollection xmlns:t="http://docs.oasis-open.org/ws-sx/');
    expect(document).toMatch(/MajorVersion="1" MinorVersion="1" AssertionID="_[^"]+" Issuer="http:\/\/localhost/);
    expect(document).toMatch(/<\/Signature><\/saml:Assertion>/);
    expect(document).toContain('AttributeName="emailaddress"');
    const saml = await signInFederated(bench, { path: '/adfs/ls/' });
    expect(saml.document).toMatch(/<Issuer>http:\/\/localhost:\d+\/adfs\/services\/trust</);
  });

  it('shows the page when nobody is known, and remembers who signed in', async () => {
    await bench.sim('PUT', '/settings', { autoSignIn: false });
    const page = await readForm(await bench.fetch(signInUrl(bench, { loginHint: '' })));
    const form = new URLSearchParams({
      ...page.fields,
      loginfmt: 'ben.okafor@contoso.example',
      passwd: 'Contoso-demo-1',
    });
    const answer = await bench.fetch(`${bench.origin}/${contoso.id}/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    });
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(valuesOf((await readForm(answer)).document, claimTypes.objectId)).toEqual([seed.people.ben.oid]);
    const again = await bench.fetch(signInUrl(bench, { door: 'wsfed', loginHint: '' }), { headers: { cookie } });
    expect(valuesOf((await readForm(again)).document, claimTypes.objectId)).toEqual([seed.people.ben.oid]);
    const fresh = await bench.fetch(signInUrl(bench, { door: 'wsfed', loginHint: '', with: { wfresh: '0' } }), {
      headers: { cookie },
    });
    expect((await fresh.text()).includes('Sign in to Contoso')).toBe(true);
  });

  it('takes a request by post as well, and the name in the format asked for', async () => {
    const inside = `<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"/>`;
    const form = {
      SAMLRequest: Buffer.from(authnRequest({ inside })).toString('base64'),
      login_hint: 'anna.berg@contoso.example',
    };
    const answer = await bench.fetch(`${bench.origin}/contoso.example/SAML2`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    });
    expect((await readForm(answer)).document).toMatch(/emailAddress">anna\.berg@contoso\.example<\/NameID>/);
  });

  it.each([
    [150, claimTypes.groups, 150],
    [151, claimTypes.groupsLink, 1],
  ])('with %i groups carries %s', async (count, name, values) => {
    await bench.sim('PUT', `/users/${seed.people.anna.oid}/groups`, { count });
    const { document } = await signInFederated(bench);
    expect(valuesOf(document, name)).toHaveLength(values);
    expect([claimTypes.groups, claimTypes.groupsLink].filter((each) => valuesOf(document, each).length > 0)).toEqual([
      name,
    ]);
  });

  it.each(['response', 'both'] as const)('is signed as the app wants: %s', async (signing) => {
    await prepareFederation(bench, { signing });
    const { document } = await signInFederated(bench);
    expect(document.match(/<Signature /g)).toHaveLength(signing === 'both' ? 2 : 1);
    expect(document.indexOf('<Signature ')).toBeLessThan(document.indexOf('<Assertion '));
    expect(await isSigned(bench, document)).toBe(true);
  });

  it('is encrypted for the app’s certificate', async () => {
    const [certificate] = (await certificates()).items;
    await prepareFederation(bench, { encryptionCertificate: certificate?.pem });
    const { document } = await signInFederated(bench);
    expect(document).toContain('xmlenc11#aes256-gcm');
    expect(document).not.toContain('<Assertion ');
  });

  it('that nobody asked for starts at the provider', async () => {
    const url = `${bench.origin}/${contoso.id}/signin/${app.clientId}?login_hint=anna.berg@contoso.example`;
    const { action, fields, document } = await readForm(await bench.fetch(url));
    expect([action, fields.RelayState, document.includes('InResponseTo')]).toEqual([replyUrl, undefined, false]);
  });

  it('that must not ask is answered with NoPassive', async () => {
    const { document } = await signInFederated(bench, { attributes: { IsPassive: 'true' } });
    expect(document).toMatch(/status:Responder"><samlp:StatusCode Value="[^"]+NoPassive"/);
    expect(document).not.toContain('<Assertion');
  });
});

describe('a request that is wrong ends on a page', () => {
  const saml = (ask: Parameters<typeof signInUrl>[1]) => () => signInUrl(bench, ask);
  it.each([
    ['no message', () => new URL(`${bench.origin}/${contoso.id}/saml2`), 750054],
    ['no XML', saml({ with: { SAMLRequest: 'aGVsbG8=' } }), 75005],
    ['a document type', () => postable('<!DOCTYPE a>'), 75005],
    ['an unknown entity', saml({ issuer: 'https://unknown.example' }), 700016],
    ['another company’s door', saml({ path: `/${fabrikam.id}/saml2` }), 700016],
    ['an unregistered address', saml({ attributes: { AssertionConsumerServiceURL: 'https://evil.example' } }), 50011],
    ['an id with a digit first', saml({ attributes: { ID: '1abc' } }), 7500529],
    ['an unknown name format', saml({ inside: '<samlp:NameIDPolicy Format="urn:x"/>' }), 75016],
    ['a realm nobody has', saml({ door: 'wsfed', issuer: 'urn:nobody' }), 700016],
    ['an unregistered wreply', saml({ door: 'wsfed', with: { wreply: 'https://evil.example' } }), 50011],
  ])('%s', async (_, url, code) => {
    const answer = await bench.fetch(url());
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    expect(await answer.text()).toContain(`AADSTS${code}:`);
  });

  const postable = (before: string) => signInUrl(bench, { inside: `<x/>${before}` });

  it('an unsigned one, where the app registered what it signs with', async () => {
    const [certificate] = (await certificates()).items;
    await prepareFederation(bench, { requestCertificates: [certificate?.pem] });
    expect((await signInFederated(bench)).text).toContain('AADSTS76021');
  });
});

describe('the federation metadata', () => {
  it('has both roles, in any case of the path, by domain as by id', async () => {
    const document = await metadataOf(`/contoso.example${metadataPath.toLowerCase()}`);
    expect(document).toContain(`entityID="https://sts.windows.net/${contoso.id}/"`);
    expect(document).toContain('xsi:type="fed:SecurityTokenServiceType"');
    expect(document).toContain(`<wsa:Address>${bench.origin}/${contoso.id}/wsfed</wsa:Address>`);
    expect(document).toContain(`Location="${bench.origin}/${contoso.id}/saml2"`);
    expect(await metadataOf(metadataPath)).toMatch(/entityID="http:\/\/localhost:\d+\/adfs\/services\/trust"/);
  });

  it('of an application shows its own certificates, which roll over without a gap', async () => {
    const own = () => metadataOf(`/${contoso.id}${metadataPath}?appid=${app.clientId}`);
    const before = certificatesIn(await own());
    expect(before).not.toEqual(certificatesIn(await metadataOf(`/${contoso.id}${metadataPath}`)));
    const added = (await (
      await bench.sim('POST', `/apps/${app.clientId}/certificates`)
    ).json()) as Certificates['items'][0];
    expect(certificatesIn(await own()).size).toBe(2);
    const signedBy = async () => /<X509Certificate>([^<]+)/.exec((await signInFederated(bench)).document)?.[1];
    const next = new X509Certificate(added.pem).raw.toString('base64');
    expect(await signedBy()).not.toBe(next);
    const old = (await certificates()).items[0]?.thumbprintSha256;
    await bench.sim('POST', `/apps/${app.clientId}/certificates/${added.thumbprintSha256}/activate`);
    expect(await signedBy()).toBe(next);
    expect((await bench.sim('DELETE', `/apps/${app.clientId}/certificates/${old}`)).status).toBe(204);
    expect((await bench.sim('DELETE', `/apps/${app.clientId}/certificates/${added.thumbprintSha256}`)).status).toBe(
      404,
    );
    expect([...certificatesIn(await own())]).toEqual([next]);
  });
});

describe('sign-out', () => {
  const signedIn = async () => {
    const answers = [await bench.fetch(signInUrl(bench))];
    const cookie = answers[0]?.headers.get('set-cookie')?.split(';')[0] ?? '';
    await bench.fetch(signInUrl(bench, { door: 'wsfed' }), { headers: { cookie } });
    return cookie;
  };

  it.each(['wsfed?wa=wsignout1.0', 'oauth2/v2.0/logout?'])(
    'by %s calls every application by its protocol',
    async (path) => {
      const cookie = await signedIn();
      const goOn = path.startsWith('wsfed') ? 'wreply' : 'post_logout_redirect_uri';
      const url = `${bench.origin}/${contoso.id}/${path}&${goOn}=${encodeURIComponent(replyUrl)}`;
      const page = await (await bench.fetch(url, { headers: { cookie } })).text();
      const frames = [...page.matchAll(/<iframe src="([^"]+)"/g)].map(([, src = '']) => src.replaceAll('&amp;', '&'));
      expect(frames).toHaveLength(2);
      expect(frames).toContainEqual(`${logoutUrl}?wa=wsignoutcleanup1.0`);
      expect(frames).toContainEqual(expect.stringMatching(/logout\/federated\?SAMLRequest=.+&SigAlg=.+&Signature=.+/));
      expect(page).toContain(`<a href="${replyUrl}">`);
      const again = await bench.fetch(url, { headers: { cookie } });
      expect([again.status, again.headers.get('location')]).toEqual([302, replyUrl]);
    },
  );

  it('goes on to registered addresses only', async () => {
    const url = `${bench.origin}/${contoso.id}/wsfed?wa=wsignout1.0&wreply=https://evil.example/`;
    const answer = await bench.fetch(url);
    expect([answer.status, (await answer.text()).includes('evil.example')]).toEqual([200, false]);
  });
});
