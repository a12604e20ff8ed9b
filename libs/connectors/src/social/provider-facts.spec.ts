import { genericOidc } from './generic-oidc.js';
import { google } from './google.js';
import { linkedin } from './linkedin.js';
import { microsoft } from './microsoft.js';
import { discoveryUrl, readOidcMetadata } from './oidc-metadata.js';

/** As the providers publish themselves, cut to what we read. */
const published = {
  google: {
    issuer: 'https://accounts.google.com',
    authorization_endpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
    token_endpoint: 'https://oauth2.googleapis.com/token',
    userinfo_endpoint: 'https://openidconnect.googleapis.com/v1/userinfo',
    jwks_uri: 'https://www.googleapis.com/oauth2/v3/certs',
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  },
  linkedin: {
    issuer: 'https://www.linkedin.com/oauth',
    authorization_endpoint: 'https://www.linkedin.com/oauth/v2/authorization',
    token_endpoint: 'https://www.linkedin.com/oauth/v2/accessToken',
    userinfo_endpoint: 'https://api.linkedin.com/v2/userinfo',
    jwks_uri: 'https://www.linkedin.com/oauth/openid/jwks',
    id_token_signing_alg_values_supported: ['RS256'],
  },
  microsoft: {
    issuer: 'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0',
    authorization_endpoint: 'https://login.microsoftonline.com/consumers/oauth2/v2.0/authorize',
    token_endpoint: 'https://login.microsoftonline.com/consumers/oauth2/v2.0/token',
    userinfo_endpoint: 'https://graph.microsoft.com/oidc/userinfo',
    jwks_uri: 'https://login.microsoftonline.com/consumers/discovery/v2.0/keys',
    id_token_signing_alg_values_supported: ['RS256'],
  },
};

describe.each([
  [google, published.google],
  [linkedin, published.linkedin],
  [microsoft, published.microsoft],
])('the provider of %j', (facts, document) => {
  const place = { issuer: facts.issuer ?? '' };

  it('is taken as it publishes itself', () => {
    expect(discoveryUrl(place)).toBe(`${document.issuer}/.well-known/openid-configuration`);
    expect(readOidcMetadata(facts, place, document)).toMatchObject({
      ...{ issuer: document.issuer, tokenEndpoint: document.token_endpoint, jwksUri: document.jwks_uri },
      ...{ algorithms: ['RS256'], secretGoes: 'in-body' },
    });
  });

  it.each(['token_endpoint', 'authorization_endpoint', 'jwks_uri', 'userinfo_endpoint'])(
    'A4: is refused with its %s anywhere else',
    (name) => {
      const elsewhere = { ...document, [name]: 'https://evil.example/x' };
      expect(() => readOidcMetadata(facts, place, elsewhere)).toThrow('upstream.metadata-endpoint-refused');
    },
  );

  it('A4: at an issuer of the operator’s own has all its endpoints there', () => {
    const elsewhere = { ...document, issuer: 'https://localhost:4500/x' };
    expect(() => readOidcMetadata(facts, { issuer: elsewhere.issuer }, elsewhere)).toThrow(
      'upstream.metadata-endpoint-refused',
    );
  });

  it('A13: signs with what it publishes and we accept of it, and with nothing else', () => {
    const algorithms = (list: unknown) =>
      readOidcMetadata(facts, place, { ...document, id_token_signing_alg_values_supported: list }).algorithms;
    expect(algorithms(['none', 'HS256', 'RS256', 'ES256'])).toEqual(['RS256']);
    expect(() => algorithms(['none', 'HS256', 'ES256'])).toThrow('upstream.metadata-invalid');
  });
});

it('a generic provider’s secret goes where it takes it', () => {
  const secretGoes = (methods: unknown) =>
    readOidcMetadata(
      genericOidc,
      { issuer: published.google.issuer },
      {
        ...published.google,
        token_endpoint_auth_methods_supported: methods,
      },
    ).secretGoes;
  expect(secretGoes(undefined)).toBe('in-header');
  expect(secretGoes(['client_secret_post'])).toBe('in-body');
  expect(secretGoes(['client_secret_post', 'client_secret_basic'])).toBe('in-header');
});
