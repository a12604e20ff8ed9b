import {
  connectionStateTopic,
  type FederationConnectionSettings,
  FederationSetupResponse,
  SamlConnectionSettings,
  type TestReport,
  WsfedConnectionSettings,
} from '@homerealm/contracts';
import { entraClaimUris } from '@homerealm/domain';
import { federationAddresses, setupSteps } from './federation-setup.js';
import { federationSetupItems } from './federation-setup-items.js';
import { federationSetupMarkdown } from './federation-setup-markdown.js';

const { SamlConnectionState, WsfedConnectionState } = connectionStateTopic.events;
const saml = SamlConnectionSettings.parse(SamlConnectionState.example);
const wsfed = WsfedConnectionSettings.parse(WsfedConnectionState.example);

const said = (settings: FederationConnectionSettings) => {
  const steps = setupSteps(settings);
  return { text: steps.map(({ says }) => says).join('\n'), values: steps.flatMap(({ values }) => values) };
};

describe('the steps in the portal', () => {
  it.each<[FederationConnectionSettings, string]>([
    [saml, saml.entityId],
    [wsfed, wsfed.realm],
  ])('have the values of the connection', (settings, identifier) => {
    const given = said(settings).values.map(({ value }) => value);
    const { metadataUrl, provider, callbackUrl, connectionId } = settings;
    const logout = `${new URL(callbackUrl).origin}/login/logout/${connectionId}`;
    expect(given).toEqual(expect.arrayContaining([identifier, callbackUrl, logout, metadataUrl]));
    expect(given).toEqual(expect.arrayContaining([provider.certificates[0]?.thumbprintSha256]));
    expect(given).toContain(settings.attributeMapping.email);
    expect(given).toContain(settings.attributeMapping.extra['department']);
  });

  it.each<[string, Partial<SamlConnectionSettings>, string, boolean]>([
    ['groups', { getUserGroups: true }, 'group claim', true],
    ['no groups', { getUserGroups: false, backgroundGroups: false }, 'group claim', false],
    ['groups and a client', { getUserGroups: true }, 'application permissions', true],
    ['groups without a client', { getUserGroups: true, clientId: null }, 'application permissions', false],
    ['signed requests', { signRequests: true }, 'Verification certificates', true],
    ['unsigned requests', { signRequests: false }, 'Verification certificates', false],
    ['encryption', { assertionEncryption: 'required' }, 'Token encryption', true],
    ['no encryption', { assertionEncryption: 'none' }, 'Token encryption', false],
  ])('with %s', (_, more, words, there) => {
    expect(said({ ...saml, ...more }).text.includes(words)).toBe(there);
  });
});

describe('what must be there', () => {
  const report = (checks: TestReport['checks'], aadsts: string[] = []): TestReport => ({
    ...{ passed: false, code: null, predicted: null, checks },
    upstream: { error: null, aadsts, traceId: null, correlationId: null } as unknown as TestReport['upstream'],
  });
  const check = (code: string, outcome: 'passed' | 'failed', details: Record<string, string> = {}) => ({
    ...{ code, outcome, details },
  });
  const settings = { ...saml, getUserGroups: true };
  const group = String(saml.attributeMapping.groups);
  const attributes = (names: string) => report([check('upstream.assertion', 'passed', { attributes: names })]);
  const mail = String(saml.attributeMapping.email);
  it.each<[string, string, TestReport | null, string]>([
    ['nobody tested', 'reply-url', null, 'unknown'],
    ['an answer came', 'reply-url', report([check('upstream.document', 'passed')]), 'there'],
    ['Entra does not know the address', 'reply-url', report([], ['50011']), 'missing'],
    ['it was made for another address', 'reply-url', report([check('upstream.recipient', 'failed')]), 'missing'],
    ['the audience is ours', 'identifier', report([check('upstream.audience', 'passed')]), 'there'],
    ['the audience is another', 'identifier', report([check('upstream.audience', 'failed')]), 'missing'],
    ['Entra does not know us', 'identifier', report([], ['700016']), 'missing'],
    ['the signature fits', 'certificate', report([check('upstream.signature', 'passed')]), 'there'],
    ['it does not', 'certificate', report([check('upstream.signature', 'failed')]), 'missing'],
    [
      'tenant and object id came',
      'tenant-claims',
      report([check('upstream.tenant', 'passed'), check('upstream.subject', 'passed')]),
      'there',
    ],
    [
      'no object id came',
      'tenant-claims',
      report([check('upstream.tenant', 'passed'), check('upstream.subject', 'failed')]),
      'missing',
    ],
    [
      'the email came',
      'email-claim',
      report([check('upstream.assertion', 'passed', { attributes: `a ${mail}` })]),
      'there',
    ],
    [
      'no email came',
      'email-claim',
      report([check('upstream.assertion', 'passed', { attributes: `a ${mail}x` })]),
      'missing',
    ],
    ['no outline', 'email-claim', report([check('upstream.assertion', 'failed')]), 'unknown'],
    ['the groups came', 'groups-claim', attributes(`a ${group}`), 'there'],
    ['a link came in their place', 'groups-claim', attributes(entraClaimUris.groupsLink), 'there'],
    ['no groups came', 'groups-claim', attributes('a'), 'missing'],
    [
      'Graph may not be read',
      'graph-access',
      report([check('upstream.groups', 'failed', { reason: 'graph-permission-missing' })]),
      'missing',
    ],
    ['Graph was read', 'graph-access', report([check('upstream.groups', 'passed', { source: 'graph' })]), 'there'],
  ])('%s: %s', (_, item, found, state) => {
    expect(federationSetupItems(settings, found).find((one) => one.item === item)?.state).toBe(state);
  });

  it.each<[string, Partial<SamlConnectionSettings>]>([
    ['tenant-claims', { tenantId: null }],
    ['tenant-claims', { provider: { ...saml.provider, source: 'pasted' } }],
    ['email-claim', { attributeMapping: { ...saml.attributeMapping, email: null } }],
    ['groups-claim', { getUserGroups: false }],
    ['graph-access', { clientId: null }],
  ])('%s is not asked for where it is of no use', (item, more) => {
    const items = federationSetupItems({ ...settings, ...more }, null).map((one) => one.item);
    expect(items).not.toContain(item);
  });
});

describe('the text to send on', () => {
  it('lets no name or value out of its place', () => {
    const hostile = { ...saml, displayName: '# <b>x</b>\n[a](b)', entityId: 'urn:`x``y' };
    const { connectionId } = hostile;
    const pack: FederationSetupResponse = {
      ...{ connectionId, ...federationAddresses(hostile), steps: setupSteps(hostile), testedBy: null },
      items: federationSetupItems(hostile, null),
    };
    expect(FederationSetupResponse.parse(pack)).toEqual(pack);
    const text = federationSetupMarkdown(hostile.displayName, pack);
    expect(text).toContain('# Set up single sign-on for \\# \\<b\\>x\\</b\\> \\[a\\]\\(b\\)\n');
    expect(text).toContain('Identifier \\(Entity ID\\): ``` urn:`x``y ```');
    expect(text).toContain('Nobody tested the connection yet.');
  });
});
