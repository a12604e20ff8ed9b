import { defineConfig } from './config.js';
import { parseRoleMap, scopesOfRoles } from './operator-callers.js';
import { operatorTokenSettings } from './service-settings.js';

const map = parseRoleMap('Homerealm.Reader=users:read connections:read, Homerealm.Writer = users:write');

describe('roles of the operator’s tenant', () => {
  it.each([
    [['users:read'], ['users:read']],
    [
      ['Homerealm.Reader', 'users:read'],
      ['users:read', 'connections:read'],
    ],
    [['Homerealm.Writer', 'Task.Write', 'a b', '', '__proto__'], ['users:write']],
    [[], []],
  ])('%j stand for %j', (roles, scopes) => {
    expect(scopesOfRoles(roles, map)).toEqual(scopes);
  });

  it.each(['sign-ins:write', 'test-runs:run'])('never stand for %s, which our own services hold', (scope) => {
    expect(scopesOfRoles([scope], map)).toEqual([]);
    expect(() => parseRoleMap(`Sneaky=users:read ${scope}`)).toThrow(RangeError);
  });

  it.each(['Reader', 'Reader=', '=users:read', 'Reader=users', 'A=users:read;B=users:write'])(
    'are refused when written as %s',
    (text) => expect(() => parseRoleMap(text)).toThrow(RangeError),
  );
});

describe('the settings', () => {
  const config = defineConfig(operatorTokenSettings);

  it('turn it off by default', () => {
    expect(config.read({})).toEqual({ OPERATOR_AUTHORITY: 'https://login.microsoftonline.com' });
  });

  it.each([
    { OPERATOR_TENANT_ID: 'common' },
    { OPERATOR_TENANT_ID: 'contoso.example' },
    { OPERATOR_AUTHORITY: 'http://login.example' },
    { OPERATOR_AUTHORITY: 'https://login.example/path' },
    { OPERATOR_AUTHORITY: 'https://user@login.example' },
    { OPERATOR_ROLES: 'Reader' },
  ])('refuse %j', (settings) => {
    expect(() => config.read(settings)).toThrow(/OPERATOR_/);
  });
});
