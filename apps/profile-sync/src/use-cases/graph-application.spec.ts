import {
  connectionStateTopic,
  EntraConnectionSettings,
  SamlConnectionSettings,
  SocialConnectionSettings,
  WsfedConnectionSettings,
  type ConnectionSettings,
} from '@homerealm/contracts';
import { graphApplicationOf } from './graph-application.js';

const tenantId = '5b1c2a30-8f0e-4b6a-9c55-0d2f6f1c7e11';
const clientId = '7d9a1c52-1f7e-4d0b-8a3e-2f64c1b0a9d3';
const events = connectionStateTopic.events;
const may = { state: 'enabled', backgroundGroups: true, tenantId, clientId } as const;
const entra = { ...EntraConnectionSettings.parse(events.ConnectionState.example), ...may };
const doors = [
  WsfedConnectionSettings.parse(events.WsfedConnectionState.example),
  SamlConnectionSettings.parse(events.SamlConnectionState.example),
].map((settings) => ({ ...settings, ...may, provider: { ...settings.provider, source: 'authority' as const } }));

describe('the application that reads groups in the background', () => {
  it('is the one of an OAuth 2.0 connection that has the permission and is enabled', () => {
    expect(graphApplicationOf(entra, true, tenantId)).toMatchObject({ clientId, tenantId });
    expect(graphApplicationOf({ ...entra, backgroundGroups: false }, true, tenantId)).toBe(undefined);
    expect(graphApplicationOf({ ...entra, state: 'disabled' }, true, tenantId)).toBe(undefined);
  });

  it.each(doors)('is the one of a connection of $strategy that speaks for its tenant', (settings) => {
    const application = graphApplicationOf(settings, true, tenantId.toUpperCase());
    expect(application).toMatchObject({ connectionId: settings.connectionId, clientId, tenantId });
  });

  const others: [why: string, change: object, hasCredentials?: boolean, about?: string][] = [
    ['is not enabled', { state: 'disabled' }],
    ['was not given the permission', { backgroundGroups: false }],
    ['has no application', { clientId: null }],
    ['has no credentials', {}, false],
    ['has no tenant', { tenantId: null }],
    ['was described by what somebody pasted', { provider: { ...doors[0]?.provider, source: 'pasted' } }],
    ['is asked about somebody of another tenant', {}, true, '00000000-8f0e-4b6a-9c55-0d2f6f1c7e11'],
  ];
  it.each(others)(
    'A33: is not that of a WS-Federation or SAML connection that %s',
    (_why, change, has = true, about) => {
      for (const settings of doors)
        expect(graphApplicationOf({ ...settings, ...change } as ConnectionSettings, has, about ?? tenantId)).toBe(
          undefined,
        );
    },
  );

  it('is none of a social connection', () => {
    const social = {
      ...SocialConnectionSettings.parse(events.SocialConnectionState.example),
      state: 'enabled' as const,
    };
    expect(graphApplicationOf(social, true, tenantId)).toBe(undefined);
  });
});
