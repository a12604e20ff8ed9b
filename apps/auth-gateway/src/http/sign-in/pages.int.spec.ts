import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithBrowser, openChromium } from '@homerealm/testing';
import { jest } from '@jest/globals';
import { TestBrowser } from '../../fixtures/browser.js';
import { aConnection, connectionId, idFor } from '../../fixtures/connections.js';
import { SmallDirectory, startSignIn, type Under } from '../../fixtures/sign-in-under-test.js';
import { SmallUpstream } from '../../fixtures/small-upstream.js';

type Chromium = Awaited<ReturnType<typeof openChromium>>;
type Page = Awaited<ReturnType<Chromium['newPage']>>;

jest.setTimeout(120_000);

/** `SCREENSHOTS=folder` keeps pictures of every page, for eyes. */
const folder = process.env['SCREENSHOTS'];
const sizes = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } };

describeWithBrowser('the sign-in pages in a real browser, without scripts', () => {
  let upstream: SmallUpstream;
  const directory = new SmallDirectory();
  let under: Under;
  let chromium: Chromium;

  beforeAll(async () => {
    upstream = await SmallUpstream.start();
    await directory.start();
    under = await startSignIn(upstream, directory.url);
    chromium = await openChromium();
    const connect = (change: object) =>
      under.keep(aConnection({ authority: upstream.origin, graphOrigin: upstream.origin, ...change }));
    await connect({});
    await connect({
      connectionId: idFor('conn', 2),
      displayName: 'Fabrikam Research & Development',
      homeRealmDomains: [],
    });
    await connect({
      connectionId: idFor('conn', 3),
      displayName: 'Partner login',
      homeRealmDomains: [],
      state: 'enabled',
    });
  });
  afterAll(async () => {
    await chromium?.close();
    await under?.service.close();
    await directory.close();
    await upstream?.close();
  });

  async function open(browser: TestBrowser, path: string, size: keyof typeof sizes, dark = false): Promise<Page> {
    const context = await chromium.newContext({
      ...{
        javaScriptEnabled: false,
        viewport: sizes[size],
        ignoreHTTPSErrors: true,
        colorScheme: dark ? 'dark' : 'light',
      },
    });
    await context.addCookies([{ name: 'homerealm_browser_4000', value: browser.cookie, url: under.service.url }]);
    const page = await context.newPage();
    await page.goto(`${under.service.url}${path}`);
    return page;
  }

  async function keep(page: Page, name: string): Promise<void> {
    const wide = await page.locator('body').evaluate((body) => body.scrollWidth > body.clientWidth);
    expect(wide).toBe(false);
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`) });
  }

  it.each(['phone', 'desktop'] as const)('email first, then the buttons, on a %s', async (size) => {
    const browser = new TestBrowser(under, { applicationName: 'Contoso Expenses' });
    const page = await open(browser, `/sign-in/${browser.uid}`, size);
    expect(await page.title()).toBe('Sign in to Contoso Expenses');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.getByLabel('Email address').evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await page.getByRole('button').allInnerTexts()).toEqual([
      ...[
        'Continue',
        'Continue with Fabrikam Research & Development',
        'Continue with Partner login',
        'Cancel and go back',
      ],
    ]);
    await keep(page, `sign-in-${size}`);
    await page.getByLabel('Email address').fill('ada@nowhere.example');
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    expect(await page.getByRole('alert').innerText()).toContain('We could not find a way');
    expect(await page.getByLabel('Email address').inputValue()).toBe('ada@nowhere.example');
    await keep(page, `no-way-in-${size}`);
    await page.context().close();
  });

  it('a typed email leads to the provider, and so does a button', async () => {
    for (const press of ['email', 'button']) {
      const browser = new TestBrowser(under);
      const page = await open(browser, `/sign-in/${browser.uid}`, 'desktop', true);
      await keep(page, 'sign-in-dark');
      if (press === 'email') await page.getByLabel('Email address').fill('ada@contoso.example');
      const name = press === 'email' ? 'Continue' : 'Continue with Partner login';
      await page.getByRole('button', { name, exact: true }).click();
      expect(page.url()).toContain(`${upstream.origin}/`);
      await page.context().close();
    }
  });

  it.each(['phone', 'desktop'] as const)(
    'a refusal names the attempt and offers another try, on a %s',
    async (size) => {
      const browser = new TestBrowser(under, { connectionId: 'conn_nobody' });
      const page = await open(browser, await browser.authorize(), size);
      expect(await page.getByRole('heading').innerText()).toBe('You are not signed in');
      expect(await page.locator('dd').first().innerText()).toMatch(/^attempt_/);
      await keep(page, `refused-${size}`);
      await keep(await open(browser, '/sign-in/nothing', size, true), `expired-dark-${size}`);
      await page.getByRole('link', { name: 'Try again' }).click();
      expect(await page.title()).toContain('Sign in to');
      await page.context().close();
    },
  );

  it('a named connection is the only way that is offered', async () => {
    const browser = new TestBrowser(under, { connectionId });
    const page = await open(browser, `/sign-in/${browser.uid}`, 'phone');
    expect(await page.getByRole('button').allInnerTexts()).toEqual(['Continue with Contoso', 'Cancel and go back']);
    await keep(page, 'only-one-phone');
    await page.getByRole('button', { name: 'Cancel and go back' }).click({ noWaitAfter: true });
    await page.context().close();
  });
});
