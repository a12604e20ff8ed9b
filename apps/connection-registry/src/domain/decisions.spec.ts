import { InvalidInput, TestRunId } from '@homerealm/domain';
import { draft } from '../store/connections.conformance.js';
import { configText } from './config-text.js';
import type { Connection, Credential, Proof } from './connection.js';
import { type ChangeInput, decideChange } from './decide-change.js';
import { decideAddCredential, decideRemoveCredential } from './decide-credentials.js';
import { decidePolicies, initialPolicies } from './decide-policies.js';
import { decideDelete, decideDisable, decideEnable } from './decide-state.js';
import { problem, refuse } from './problems.js';
import { connectionWarnings } from './warnings.js';

const now = new Date('2026-02-01T00:00:00.000Z');
const override = { override: true, reason: 'first customer', by: 'console', configHash: 'f00' };
const inState = (state: Connection['settings']['state']): Connection => {
  const { connection } = draft();
  return { ...connection, settings: { ...connection.settings, state } };
};
const credential = (expiresAt: Date | null = null): Credential => {
  const [first] = draft().connection.credentials;
  if (first === undefined) throw new Error('a draft has a credential');
  return { ...first, expiresAt };
};
const proof = (configHash: string, at = now): Proof => ({
  configHash,
  testRunId: TestRunId.parse('test_01jd3m0000000000000000000g'),
  at: at.toISOString(),
});
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
const past = new Date('2026-01-31T00:00:00.000Z');

describe('enabling', () => {
  it('needs a test run, or an override', () => {
    expect(() => decideEnable(inState('draft'), { ...override, override: false }, now)).toThrow(
      'connection.not-tested',
    );
  });
  it.each([
    ['of this configuration, of today', proof('f00'), true],
    ['of this configuration, of nearly a week ago', proof('f00', daysAgo(6.9)), true],
    ['of this configuration, of a week ago', proof('f00', daysAgo(7)), false],
    ['of another configuration', proof('other'), false],
  ])('takes a green run %s: %s', (_, one, enough) => {
    const tested = { ...inState('draft'), proofs: [one] };
    const enable = () => decideEnable(tested, { ...override, override: false, reason: null }, now);
    if (enough) expect(enable()).toMatchObject({ happened: { data: { override: false } } });
    else expect(enable).toThrow('connection.not-tested');
  });
  it('records no override where a green run made it needless', () => {
    const tested = { ...inState('draft'), proofs: [proof('f00')] };
    expect(decideEnable(tested, override, now)?.connection.enabling).toMatchObject({ override: false });
  });
  it('needs a reason for an override', () => {
    expect(() => decideEnable(inState('draft'), { ...override, reason: null }, now)).toThrow(
      'connection.reason-required',
    );
  });
  it('needs a credential that still works', () => {
    const expired = { ...inState('draft'), credentials: [credential(past)] };
    expect(() => decideEnable(expired, override, now)).toThrow('connection.no-credential');
  });
  it.each(['draft', 'disabled'] as const)('takes a %s connection one revision on and records the override', (state) => {
    const decision = decideEnable(inState(state), override, now);
    expect(decision?.connection).toMatchObject({
      settings: { state: 'enabled', revision: 2 },
      enabling: { ...override, at: now.toISOString() },
    });
    expect(decision?.happened).toMatchObject({ type: 'ConnectionEnabled', data: { revision: 2, override: true } });
  });
  it('changes nothing of an enabled connection', () => {
    expect(decideEnable(inState('enabled'), override, now)).toBeUndefined();
  });
});

describe('disabling and deleting', () => {
  it('disables what is enabled', () => {
    expect(decideDisable(inState('enabled'), now)?.connection.settings).toMatchObject({
      state: 'disabled',
      revision: 2,
    });
  });
  it('changes nothing of a disabled connection', () => {
    expect(decideDisable(inState('disabled'), now)).toBeUndefined();
  });
  it('does not disable a draft', () => {
    expect(() => decideDisable(inState('draft'), now)).toThrow('connection.not-enabled');
  });
  it.each(['draft', 'enabled', 'disabled'] as const)('deletes a %s connection', (state) => {
    expect(decideDelete(inState(state), now).happened).toMatchObject({
      type: 'ConnectionDeleted',
      data: { revision: 2 },
    });
  });
});

describe('changing', () => {
  const nothing: ChangeInput = { fields: {}, pin: undefined, secret: undefined, secretExpiresAt: undefined };

  it('makes no revision of nothing', () => {
    expect(decideChange(inState('enabled'), nothing, now)).toBeUndefined();
  });
  it('tells the names of what changed, and keeps the state', () => {
    const decision = decideChange(inState('enabled'), { ...nothing, fields: { displayName: 'New' } }, now);
    expect(decision?.connection.settings).toMatchObject({ displayName: 'New', state: 'enabled', revision: 2 });
    expect(decision?.happened).toMatchObject({ type: 'ConnectionChanged', data: { changed: ['displayName'] } });
    expect(decision?.credentialsChanged).toBe(false);
  });
  it('replaces every secret by a new one', () => {
    const two = { ...inState('enabled'), credentials: [credential(), credential()] };
    const secret = credential();
    const decision = decideChange(two, { ...nothing, secret }, now);
    expect(decision?.connection.credentials).toEqual([secret]);
    expect(decision).toMatchObject({ changed: ['clientSecret'], credentialsChanged: true });
  });
  it('dates the newest secret', () => {
    const [old, newest] = [credential(), credential()];
    const two = { ...inState('enabled'), credentials: [old, newest] };
    const decision = decideChange(two, { ...nothing, secretExpiresAt: now }, now);
    expect(decision?.connection.credentials).toEqual([old, { ...newest, expiresAt: now }]);
    expect(decision?.changed).toEqual(['clientSecretExpiresAt']);
  });
  it('moves to another tenant', () => {
    const pin = {
      authority: 'a',
      entraDomain: 'fabrikam.example',
      tenantId: 't2',
      graphOrigin: 'https://graph.example',
    };
    const decision = decideChange(
      inState('draft'),
      { ...nothing, fields: { entraDomain: 'fabrikam.example' }, pin },
      now,
    );
    expect(decision?.connection.settings).toMatchObject({ entraDomain: 'fabrikam.example', tenantId: 't2' });
    expect(decision?.changed).toEqual(['entraDomain', 'tenantId']);
  });
});

describe('credentials', () => {
  it('stand beside each other, oldest first', () => {
    const connection = inState('enabled');
    const added = credential();
    const decision = decideAddCredential(connection, added, now);
    expect(decision.connection.credentials).toEqual([...connection.credentials, added]);
    expect(decision.credentialsChanged).toBe(true);
  });
  it('are five at the most', () => {
    const full = { ...inState('draft'), credentials: Array.from({ length: 5 }, () => credential()) };
    expect(() => decideAddCredential(full, credential(), now)).toThrow('connection.too-many-credentials');
  });
  it.each([
    ['the only one of a draft', 'draft', [credential()], undefined],
    ['one of two of an enabled connection', 'enabled', [credential(), credential()], undefined],
    ['the only one of an enabled connection', 'enabled', [credential()], 'connection.last-credential'],
    [
      'the last that works of an enabled connection',
      'enabled',
      [credential(), credential(past)],
      'connection.last-credential',
    ],
  ] as const)('may go: %s', (_, state, credentials, code) => {
    const connection = { ...inState(state), credentials };
    const remove = () => decideRemoveCredential(connection, credentials[0].credentialId, now);
    if (code) expect(remove).toThrow(code);
    else expect(remove().connection.credentials).toHaveLength(credentials.length - 1);
  });
  it('are only found where they belong', () => {
    const foreign = credential().credentialId;
    expect(() => decideRemoveCredential(inState('draft'), foreign, now)).toThrow('connection.credential-not-found');
  });
});

describe('the configuration text', () => {
  const { connection } = draft();
  it('is the same whatever the connection is called, whatever its state', () => {
    const settings = { ...connection.settings, name: 'x', displayName: 'y', state: 'enabled', revision: 9 } as const;
    expect(configText({ ...connection, settings })).toBe(configText(connection));
  });
  it('differs with a setting and with a credential, and holds no sealed text', () => {
    const settings = { ...connection.settings, getUserGroups: true };
    expect(configText({ ...connection, settings })).not.toBe(configText(connection));
    expect(configText({ ...connection, credentials: [credential()] })).not.toBe(configText(connection));
    expect(configText(connection)).not.toContain('sealed');
  });
  it('is the same whoever may come: letting a tenant in asks for no new test', () => {
    const settings = { ...connection.settings, allowedTenants: ['6f1c2a34-8d5e-4b7a-9c10-2d3e4f5a6b7c'] };
    expect(configText({ ...connection, settings })).toBe(configText(connection));
  });
});

describe('warnings', () => {
  const day = 86_400_000;
  it.each([
    ['a secret without a date', [credential()], []],
    ['a secret for long', [credential(new Date(now.getTime() + 32 * day))], []],
    ['a secret for 30 days', [credential(new Date(now.getTime() + 30 * day))], ['connection.secret-expires']],
    ['an old secret beside a new one', [credential(past), credential()], ['connection.credential-ends']],
    ['no secret that works', [credential(past)], ['connection.secret-expires']],
  ])('%s', (_, credentials, codes) => {
    const connection = { ...inState('enabled'), credentials, proofs: [proof('f00')] };
    expect(connectionWarnings(connection, 'f00', now).map(({ code }) => code)).toEqual(codes);
  });
  it('warn of trust in every address', () => {
    const { connection } = draft({ trustedProvider: true, trustScope: 'any' });
    expect(connectionWarnings(connection, 'f00', now)).toMatchObject([{ code: 'connection.trusts-every-address' }]);
  });
  it.each([
    ['an enabled connection that nobody tested', 'enabled', [], ['connection.not-tested']],
    ['one that was tested before it was changed', 'enabled', [proof('other')], ['connection.not-tested']],
    ['one that was tested long ago', 'enabled', [proof('f00', new Date(0))], []],
    ['a draft', 'draft', [], []],
    ['a disabled connection', 'disabled', [], []],
  ] as const)('say of %s whether it was tested', (_, state, proofs, codes) => {
    const connection = { ...inState(state), proofs };
    expect(connectionWarnings(connection, 'f00', now).map(({ code }) => code)).toEqual(codes);
  });
});

describe('policies', () => {
  const ways = { email: true, phone: false, username: false, signUp: false };
  it.each([
    [{}, undefined],
    [{ syncProfiles: true }, undefined],
    [{ syncProfiles: null }, undefined],
    [{ ownSignIn: null }, undefined],
    [{ ownSignIn: { email: null, phone: false } }, undefined],
    [{ syncProfiles: false }, { syncProfiles: false, ownSignIn: ways, changed: ['syncProfiles'] }],
    [
      { ownSignIn: { email: false, signUp: true } },
      { syncProfiles: true, ownSignIn: { ...ways, email: false, signUp: true }, changed: ['ownSignIn'] },
    ],
    [
      { syncProfiles: false, ownSignIn: { phone: true } },
      { syncProfiles: false, ownSignIn: { ...ways, phone: true }, changed: ['syncProfiles', 'ownSignIn'] },
    ],
  ])('%j: %j', (change, expected) => {
    if (expected === undefined) return expect(decidePolicies(initialPolicies, change)).toBeUndefined();
    const { changed, ...policies } = expected;
    return expect(decidePolicies(initialPolicies, change)).toEqual({ policies: { revision: 2, ...policies }, changed });
  });
  it('go back to their defaults', () => {
    const all = {
      revision: 4,
      syncProfiles: false,
      ownSignIn: { email: false, phone: true, username: true, signUp: true },
    };
    const { policies } = decidePolicies(all, { syncProfiles: null, ownSignIn: null }) ?? {};
    expect(policies).toEqual({ ...initialPolicies, revision: 5 });
  });
});

describe('refusing', () => {
  const taken = problem('connection.domain-taken', 'homeRealmDomains', 'a.example');
  const isId = problem('connection.secret-is-id', 'clientSecret');
  const form = { field: 'name', code: 'request.missing-field', says: 'This field is required.' };
  it.each([
    [[taken], 'conflict', 'connection.domain-taken'],
    [[isId], 'unprocessable', 'connection.secret-is-id'],
    [[form], 'invalid', 'request.missing-field'],
    [[isId, form], 'invalid', 'request.invalid'],
  ])('%j is %s with the code %s', (problems, kind, code) => {
    const thrown = (() => {
      try {
        refuse(problems);
      } catch (error) {
        return error;
      }
      return undefined;
    })();
    expect(thrown).toBeInstanceOf(InvalidInput);
    expect(thrown).toMatchObject({ kind, code, problems });
  });
  it('needs a problem', () => expect(() => refuse([])).not.toThrow());
});
