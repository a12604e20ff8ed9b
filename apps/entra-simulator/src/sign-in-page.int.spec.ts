import { app, contoso, redirectUri, startBench, type Bench } from './fixtures/bench.js';
import { seed } from './seed.js';

let bench: Bench;
beforeAll(async () => void (bench = await startBench()));
afterAll(() => bench.simulator.close());
beforeEach(async () => {
  await bench.prepare();
  await bench.sim('PUT', '/settings', { autoSignIn: false });
});

type Seen = { status: number; text: string; location: URL | undefined };

/** A browser without JavaScript: keeps cookies, fills in the page's only form fields. */
function openBrowser() {
  let cookie = '';
  const ask = async (url: URL | string, init: RequestInit = {}): Promise<Seen> => {
    const answer = await bench.fetch(url, { ...init, headers: { ...init.headers, cookie } });
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    const location = answer.headers.get('location');
    return { status: answer.status, text: await answer.text(), location: location ? new URL(location) : undefined };
  };
  const submit = ({ text }: Seen, fields: Record<string, string>) => {
    const [, action = ''] = /action="([^"]+)"/.exec(text) ?? [];
    const [, ctx = ''] = /name="ctx" value="([^"]+)"/.exec(text) ?? [];
    const body = new URLSearchParams({ ctx, ...fields }).toString();
    return ask(`${bench.origin}${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });
  };
  return { ask, submit };
}

const blank = { with: { login_hint: undefined } };
const right = { loginfmt: 'anna.berg@contoso.example', passwd: 'Contoso-demo-1', signin: '1' };

describe('the sign-in page', () => {
  it('signs a person in, and remembers her', async () => {
    const { ask, submit } = openBrowser();
    const page = await ask(bench.authorizeUrl(blank));
    expect(page.text).toContain('Sign in to Contoso');
    const back = await submit(page, right);
    expect(`${back.location?.origin}${back.location?.pathname}`).toBe(redirectUri);
    expect(back.location?.searchParams.get('state')).toBe('state-1');
    expect((await bench.token({ code: back.location?.searchParams.get('code') ?? '' })).body).toHaveProperty(
      'id_token',
    );
    expect(
      (await ask(bench.authorizeUrl({ with: { login_hint: undefined, prompt: 'none' } }))).location?.searchParams.has(
        'code',
      ),
    ).toBe(true);
    expect((await ask(bench.authorizeUrl({ with: { prompt: 'login' } }))).text).toContain('name="passwd"');
  });

  it('offers the accounts that are signed in', async () => {
    const { ask, submit } = openBrowser();
    await submit(await ask(bench.authorizeUrl(blank)), right);
    const picker = await ask(bench.authorizeUrl({ with: { login_hint: undefined, prompt: 'select_account' } }));
    expect(picker.text).toContain('Pick an account');
    const back = await submit(picker, { account: seed.people.anna.oid });
    expect(back.location?.searchParams.has('code')).toBe(true);
    const stranger = openBrowser();
    const stolen = await stranger.submit(await stranger.ask(bench.authorizeUrl(blank)), {
      account: seed.people.anna.oid,
    });
    expect(stolen.location).toBeUndefined();
  });

  it.each([
    ['a wrong password', { ...right, passwd: 'guess' }, 50126],
    ['an unknown account', { ...right, loginfmt: 'nobody@contoso.example' }, 50034],
    ['a disabled account', { ...right, loginfmt: 'hugo.klein@contoso.example' }, 50057],
    ['an account of another company', { loginfmt: 'frank.mori@fabrikam.example', passwd: 'Fabrikam-demo-1' }, 50020],
    ['a claimed address that belongs to nobody here', { ...right, loginfmt: '"><script>' }, 50034],
  ])('says what is wrong with %s and lets the person try again', async (_, fields, code) => {
    const { ask, submit } = openBrowser();
    const page = await submit(await ask(bench.authorizeUrl(blank)), fields);
    expect([page.status, page.location]).toEqual([200, undefined]);
    expect(page.text).toContain(`AADSTS${code}`);
    expect(page.text).not.toContain('"><script>');
    expect((await submit(page, right)).location?.searchParams.has('code')).toBe(true);
  });

  it('goes back with access_denied when the person cancels', async () => {
    const { ask, submit } = openBrowser();
    const { location } = await submit(await ask(bench.authorizeUrl(blank)), { cancel: '1' });
    expect(location?.searchParams.get('error')).toBe('access_denied');
    expect(location?.searchParams.get('state')).toBe('state-1');
  });

  it('lets a guest in with her own company’s account', async () => {
    const { ask, submit } = openBrowser();
    const fields = { loginfmt: 'greta.lind@fabrikam.example', passwd: 'Fabrikam-demo-1' };
    const back = await submit(await ask(bench.authorizeUrl(blank)), fields);
    expect(back.location?.searchParams.has('code')).toBe(true);
  });

  it('forgets everybody at sign-out, and goes on only to a registered address', async () => {
    const { ask, submit } = openBrowser();
    await submit(await ask(bench.authorizeUrl(blank)), right);
    const logout = `${bench.origin}/${contoso.id}/oauth2/v2.0/logout?post_logout_redirect_uri=`;
    expect((await ask(`${logout}https://evil.example`)).location).toBeUndefined();
    expect((await ask(`${logout}${redirectUri}&state=s`)).location?.href).toBe(`${redirectUri}?state=s`);
    expect((await ask(bench.authorizeUrl(blank))).text).toContain('name="passwd"');
  });

  it('refuses a page that nobody was shown', async () => {
    const { submit } = openBrowser();
    const made = { status: 200, text: `action="/${contoso.id}/login" name="ctx" value="made-up"`, location: undefined };
    expect((await submit(made, right)).status).toBe(400);
  });
});

describe('consent', () => {
  const consent = (value: string) => bench.sim('POST', '/apps', { clientId: app.clientId, consent: value });

  it('is asked for once, and can be declined', async () => {
    await consent('user');
    const { ask, submit } = openBrowser();
    const asked = await submit(await ask(bench.authorizeUrl(blank)), right);
    expect(asked.text).toContain('Permissions requested');
    const declined = await submit(asked, { cancel: '1' });
    expect(declined.location?.searchParams.get('error_description')).toContain('AADSTS65004');
    expect((await ask(bench.authorizeUrl({ with: { prompt: 'none' } }))).location?.searchParams.get('error')).toBe(
      'consent_required',
    );
    const accepted = await submit(await ask(bench.authorizeUrl()), { accept: '1' });
    expect(accepted.location?.searchParams.has('code')).toBe(true);
    expect((await ask(bench.authorizeUrl())).location?.searchParams.has('code')).toBe(true);
    expect((await ask(bench.authorizeUrl({ with: { prompt: 'consent' } }))).text).toContain('Permissions requested');
  });

  it('is out of a person’s hands when only an administrator can give it', async () => {
    await consent('admin');
    const { ask, submit } = openBrowser();
    const page = await submit(await ask(bench.authorizeUrl(blank)), right);
    expect(page.text).toContain('AADSTS90094');
    expect((await submit(page, { accept: '1' })).location?.searchParams.get('error')).toBe('access_denied');
  });

  it('is missing from a refresh once more is asked than was given', async () => {
    const { body } = await bench.signIn().catch(() => ({ body: {} as Record<string, unknown> }));
    expect(body.id_token).toBeUndefined();
    await bench.sim('PUT', '/settings', { autoSignIn: true });
    const refresh_token = String((await bench.signIn()).body.refresh_token);
    const more = await bench.token({ grant_type: 'refresh_token', refresh_token, scope: 'openid Directory.Read.All' });
    expect(more.body).toMatchObject({ error: 'invalid_grant', error_codes: [65001], suberror: 'consent_required' });
  });
});

it('has a front page that lists people and a page for each error', async () => {
  const front = await (await bench.fetch(`${bench.origin}/`)).text();
  for (const text of ['dev.patel@contoso.example', 'Fabrikam-demo-1', '/_sim/docs']) expect(front).toContain(text);
  expect(await (await bench.fetch(`${bench.origin}/error?code=50011`)).text()).toContain('redirect URI');
  expect((await bench.fetch(`${bench.origin}/error?code=toString`)).status).toBe(404);
});
