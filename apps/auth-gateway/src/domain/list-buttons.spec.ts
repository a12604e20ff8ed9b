import fc from 'fast-check';
import { aConnection, idFor, organizationA, organizationB } from '../fixtures/connections.js';
import { listButtons, mostButtons } from './list-buttons.js';

const asker = { applicationId: 'app_1', applicationConnections: null, organizationId: organizationA };

describe('the buttons of the sign-in page', () => {
  it.each<[string, object, boolean]>([
    ['shows a connection without home realm domains', { homeRealmDomains: [] }, true],
    ['hides one with home realm domains', { homeRealmDomains: ['a.example'] }, false],
    ['shows one with home realm domains that asks for its button', { alwaysShowButton: true }, true],
    ['hides a draft', { homeRealmDomains: [], state: 'draft' }, false],
    ['hides a disabled one', { homeRealmDomains: [], state: 'disabled' }, false],
    ['shows the organization’s own', { homeRealmDomains: [], organizationId: organizationA }, true],
    ['hides another organization’s', { homeRealmDomains: [], organizationId: organizationB }, false],
    ['hides one that is not for the application', { homeRealmDomains: [], enabledApplications: ['app_2'] }, false],
    ['shows one that is for the application', { homeRealmDomains: [], enabledApplications: ['app_1'] }, true],
  ])('%s', (_says, change, shown) => {
    expect(listButtons([aConnection(change)], asker)).toHaveLength(shown ? 1 : 0);
  });

  it('shows an application that lists connections only those', () => {
    const made = (number: number) => aConnection({ connectionId: idFor('conn', number), homeRealmDomains: [] });
    const buttons = listButtons([made(1), made(2)], { ...asker, applicationConnections: [idFor('conn', 2)] });
    expect(buttons.map(({ connectionId }) => connectionId)).toEqual([idFor('conn', 2)]);
  });

  it('hides every organization’s connection when no organization was asked for', () => {
    const ofA = aConnection({ homeRealmDomains: [], organizationId: organizationA });
    expect(listButtons([ofA], { ...asker, organizationId: null })).toEqual([]);
  });

  it('puts the organization’s own first, then goes by name', () => {
    const made = (number: number, displayName: string, organizationId: string | null) =>
      aConnection({ connectionId: idFor('conn', number), displayName, organizationId, homeRealmDomains: [] });
    const buttons = listButtons([made(1, 'Beta', null), made(2, 'Alpha', null), made(3, 'Zulu', organizationA)], asker);
    expect(buttons.map(({ displayName }) => displayName)).toEqual(['Zulu', 'Alpha', 'Beta']);
  });

  it('shows the same buttons in whatever order the replica lists them, and never too many', () => {
    const all = Array.from({ length: 30 }, (_, number) =>
      aConnection({ connectionId: idFor('conn', number), displayName: `C${number % 7}`, homeRealmDomains: [] }),
    );
    const expected = listButtons(all, asker);
    expect(expected).toHaveLength(mostButtons);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(listButtons(shuffled, asker)).toEqual(expected);
      }),
    );
  });
});
