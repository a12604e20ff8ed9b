import fc from 'fast-check';
import { aConnection, idFor, organizationA, organizationB } from '../fixtures/connections.js';
import { discoverHome, type HomeQuestion } from './discover-home.js';

const contoso = aConnection();
const ofA = aConnection({ connectionId: idFor('conn', 2), organizationId: organizationA });
const asks = (change: Partial<HomeQuestion> = {}): HomeQuestion => ({
  applicationId: 'app_1',
  applicationConnections: null,
  organizationId: null,
  named: undefined,
  domain: null,
  ofDomain: null,
  ...change,
});

describe('home realm discovery', () => {
  it.each<[string, Partial<HomeQuestion>, object]>([
    ['asks when nothing is known', {}, { go: 'ask', because: 'no-hint' }],
    ['takes the named connection', { named: contoso }, { go: 'upstream', connection: contoso, by: 'connection-id' }],
    [
      'prefers the named connection to the domain',
      { named: contoso, domain: 'a.example', ofDomain: ofA },
      { go: 'upstream', connection: contoso, by: 'connection-id' },
    ],
    ['refuses a name nobody knows', { named: null }, { go: 'refused', code: 'connection.unknown' }],
    [
      'follows the domain',
      { domain: 'contoso.example', ofDomain: contoso },
      { go: 'upstream', connection: contoso, by: 'domain' },
    ],
    ['asks on for an unknown domain', { domain: 'x.example' }, { go: 'ask', because: 'unknown-domain' }],
    [
      'follows the domain of the organization asked for',
      { domain: 'a.example', ofDomain: ofA, organizationId: organizationA },
      { go: 'upstream', connection: ofA, by: 'domain' },
    ],
    [
      'follows the domain of an organization when none was asked for',
      { domain: 'a.example', ofDomain: ofA },
      { go: 'upstream', connection: ofA, by: 'domain' },
    ],
    [
      'A33 refuses a domain of another organization than the one asked for',
      { domain: 'a.example', ofDomain: ofA, organizationId: organizationB },
      { go: 'refused', code: 'discovery.other-organization' },
    ],
    [
      'goes on as if nobody claimed the domain while the connection is a draft',
      { domain: 'contoso.example', ofDomain: aConnection({ state: 'draft' }) },
      { go: 'ask', because: 'unknown-domain' },
    ],
    [
      'treats a domain of a disabled connection as unknown',
      { domain: 'contoso.example', ofDomain: aConnection({ state: 'disabled' }) },
      { go: 'ask', because: 'connection-not-usable' },
    ],
    [
      'treats a domain of a connection that is not for this application as unknown',
      { domain: 'contoso.example', ofDomain: aConnection({ enabledApplications: ['app_2'] }) },
      { go: 'ask', because: 'connection-not-usable' },
    ],
    [
      'treats a domain of a connection that the application does not list as unknown',
      { domain: 'contoso.example', ofDomain: contoso, applicationConnections: [ofA.connectionId] },
      { go: 'ask', because: 'connection-not-usable' },
    ],
    [
      'follows the domain of a connection that the application lists',
      { domain: 'contoso.example', ofDomain: contoso, applicationConnections: [contoso.connectionId] },
      { go: 'upstream', connection: contoso, by: 'domain' },
    ],
  ])('%s', (_says, question, decision) => {
    expect(discoverHome(asks(question))).toEqual(decision);
  });

  it('never sends anybody by domain to a connection that is not enabled, not for the application, or of another organization', () => {
    const organizations = fc.constantFrom(null, organizationA, organizationB);
    fc.assert(
      fc.property(
        fc.constantFrom('draft', 'enabled', 'disabled'),
        organizations,
        organizations,
        fc.constantFrom<string[] | null>(null, [], ['app_1'], ['app_2']),
        (state, owner, asked, enabledApplications) => {
          const ofDomain = aConnection({ state, organizationId: owner, enabledApplications });
          const decision = discoverHome(asks({ domain: 'contoso.example', ofDomain, organizationId: asked }));
          const usable = state === 'enabled' && (enabledApplications === null || enabledApplications.includes('app_1'));
          const ours = owner === null || asked === null || owner === asked;
          expect(decision.go === 'upstream').toBe(usable && ours);
        },
      ),
    );
  });
});
