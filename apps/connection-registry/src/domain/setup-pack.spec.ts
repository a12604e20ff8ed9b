import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionStateTopic, EntraConnectionSettings, type TestReport } from '@homerealm/contracts';
import fc from 'fast-check';
import { setupItems } from './setup-items.js';
import { setupMarkdown } from './setup-markdown.js';
import { adminConsentUrl, neededPermissions, setupCommands, setupManifest } from './setup-pack.js';
import { shellQuote } from './shell-quote.js';

const example = EntraConnectionSettings.parse(connectionStateTopic.events.ConnectionState.example);
const settings = (more: object = {}): EntraConnectionSettings => ({ ...example, ...more });

describe('the commands', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'homerealm-setup-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs a script where `az` only says how it was called. */
  function callsOf(script: string): string[][] {
    const az = `az() { for word in "$@"; do printf '%s\\0' "$word" >&3; done; printf '\\0' >&3; printf 'https://old.example/cb\\n'; }`;
    const run = spawnSync('/bin/sh', ['-c', `${az}\n${script}`], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    const calls = (run.output[3] ?? '').split('\0\0');
    return calls.filter((call) => call !== '').map((call) => call.split('\0'));
  }

  /** What tries to leave its word: quotes, substitutions, ends of lines, operators, patterns. */
  const hostile = fc
    .array(
      fc.constantFrom(
        ...["'", '"', '\\', '`', '$', '$(', ')', ';', '&&', '|', '\n', '\r', '*', '~', '#', ' ', '!', '>', '<'].concat([
          'touch pwned',
          '$(touch pwned)',
          "';touch pwned;'",
          'é',
          '\u{1f600}',
          '-',
          'a',
        ]),
      ),
      { minLength: 1, maxLength: 12 },
    )
    .map((parts) => parts.join(''));

  it('hold any value as one word: nothing breaks out', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (clientId, tenantId, callbackUrl) => {
        const calls = callsOf(
          setupCommands(settings({ clientId, tenantId, callbackUrl, getUserGroups: true })).join('\n'),
        );
        expect(calls[0]).toEqual(['login', '--tenant', tenantId, '--allow-no-subscriptions']);
        expect(calls).toContainEqual([
          'ad',
          'app',
          'update',
          '--id',
          clientId,
          '--web-redirect-uris',
          'https://old.example/cb',
          callbackUrl,
        ]);
        for (const call of calls.slice(1)) expect(call[call.indexOf('--id') + 1]).toBe(clientId);
        expect(existsSync(join(folder, 'pwned'))).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('quote any text so that a shell reads it as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const run = spawnSync('/bin/sh', ['-c', `printf '%s.' ${shellQuote(text) || "''"}`], { encoding: 'utf8' });
        expect(run.stdout).toBe(`${text.replaceAll('\0', '')}.`);
      }),
      { numRuns: 60 },
    );
  });

  it('carry the claims as JSON that is read again as it was', () => {
    const call = callsOf(setupCommands(settings()).join('\n')).find((words) => words.includes('--optional-claims'));
    expect(JSON.parse(call?.at(-1) ?? '')).toEqual(setupManifest(settings())['optionalClaims']);
  });

  it('name the cloud where it is another one', () => {
    expect(setupCommands(settings({ authority: 'https://login.microsoftonline.us' }))[0]).toBe(
      'az cloud set --name AzureUSGovernment',
    );
  });
});

describe('the permissions', () => {
  const names = (more: object) => neededPermissions(settings(more)).map(({ name }) => name);
  const off = { getUserGroups: false, extendedProfile: false, backgroundGroups: false };
  const basic = ['openid', 'profile', 'email'];

  it.each([
    [{}, basic],
    [{ getUserGroups: true }, [...basic, 'User.Read']],
    [{ extendedProfile: true }, [...basic, 'User.Read']],
    [{ backgroundGroups: true }, [...basic, 'User.Read.All', 'GroupMember.Read.All']],
  ])('are those that %j needs', (more, expected) => expect(names({ ...off, ...more })).toEqual(expected));
});

describe('the consent link', () => {
  it('holds the connection’s own values, each in its place', () => {
    const made = settings({ callbackUrl: 'https://id.example/login/callback/c?a=b&scope=evil' });
    const url = new URL(adminConsentUrl(made));
    expect(`${url.origin}${url.pathname}`).toBe(`${made.authority}/${made.tenantId}/v2.0/adminconsent`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: made.clientId,
      scope: `${made.graphOrigin}/.default`,
      redirect_uri: made.callbackUrl,
      state: made.connectionId,
    });
  });

  it('is open to every company’s administrator with the common endpoint, never under “common”', () => {
    expect(adminConsentUrl(settings({ useCommonEndpoint: true }))).toContain('/organizations/v2.0/adminconsent?');
  });
});

describe('what is there', () => {
  const report = (checks: TestReport['checks'], aadsts: string[] = []): TestReport => ({
    ...{ passed: false, code: null, checks, predicted: null },
    upstream: { error: null, aadsts, correlationId: null, description: null },
  });
  const passed = (code: string, details = {}) => ({ code, outcome: 'passed' as const, details });
  const failed = (code: string, details = {}) => ({ code, outcome: 'failed' as const, details });
  const states = (given: TestReport | null) =>
    Object.fromEntries(setupItems(settings({ getUserGroups: true }), given).map(({ item, state }) => [item, state]));
  const unknown = {
    ...{ 'redirect-uri': 'unknown', credential: 'unknown', 'optional-claims': 'unknown' },
    ...{ 'groups-claim': 'unknown', 'graph-consent': 'unknown' },
  };
  const throughToken = [passed('upstream.answer'), passed('upstream.token-request')];
  const claims = (optionalClaims: string) => passed('upstream.subject', { optionalClaims });

  it.each<[string, TestReport | null, object]>([
    ['nobody tested', null, {}],
    ['the redirect URI is not registered', report([], ['50011']), { 'redirect-uri': 'missing' }],
    ['consent is missing', report([], ['65001']), { 'graph-consent': 'missing' }],
    [
      'the secret is wrong',
      report([passed('upstream.answer'), failed('upstream.token-request', { error: 'invalid_client' })]),
      { 'redirect-uri': 'there', credential: 'missing' },
    ],
    [
      'the provider was down',
      report([passed('upstream.answer'), failed('upstream.token-request', { status: 503 })]),
      { 'redirect-uri': 'there' },
    ],
    [
      'all is well',
      report([...throughToken, claims('acct email family_name given_name groups xms_edov')]),
      {
        ...{ 'redirect-uri': 'there', credential: 'there', 'optional-claims': 'there' },
        ...{ 'groups-claim': 'there', 'graph-consent': 'there' },
      },
    ],
    [
      'claims were not configured',
      report([...throughToken, claims('email'), failed('upstream.groups', { reason: 'groups-claim-missing' })]),
      {
        ...{ 'redirect-uri': 'there', credential: 'there', 'optional-claims': 'missing' },
        ...{ 'groups-claim': 'missing', 'graph-consent': 'there' },
      },
    ],
    [
      'Graph may not be read',
      report([...throughToken, claims(''), failed('upstream.groups', { reason: 'graph-permission-missing' })]),
      {
        ...{ 'redirect-uri': 'there', credential: 'there', 'optional-claims': 'missing' },
        ...{ 'graph-consent': 'missing' },
      },
    ],
  ])('is said when %s', (_, given, expected) => expect(states(given)).toEqual({ ...unknown, ...expected }));
});

describe('the text', () => {
  it('takes nothing in a name for markup', () => {
    const pack = {
      ...{ connectionId: example.connectionId, redirectUri: 'https://a.example', manifest: {} },
      ...{ commands: [], adminConsentUrl: 'https://b.example', items: [], testedBy: null },
    } as never;
    expect(setupMarkdown('A [link](javascript:x) <b>`', pack).split('\n')[0]).toBe(
      '# Set up Microsoft Entra ID for A \\[link\\]\\(javascript:x\\) \\<b\\>\\`',
    );
  });
});
