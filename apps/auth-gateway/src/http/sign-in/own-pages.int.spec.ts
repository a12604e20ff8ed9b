import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithBrowser, eventually, openChromium } from '@homerealm/testing';
import { jest } from '@jest/globals';
import type { TestBrowser } from '../../fixtures/browser.js';
import { everyWay, otherThan, OwnSignInWorld } from '../../fixtures/own-sign-in-under-test.js';

type Chromium = Awaited<ReturnType<typeof openChromium>>;
type Page = Awaited<ReturnType<Chromium['newPage']>>;

jest.setTimeout(120_000);

/** `SCREENSHOTS=folder` keeps pictures of every page, for eyes. */
const folder = process.env['SCREENSHOTS'];
const sizes = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } };

describeWithBrowser('signing in and up by code, in a real browser without scripts', () => {
  let world: OwnSignInWorld;
  let chromium: Chromium;

  beforeAll(async () => {
    world = await OwnSignInWorld.start({ CODES_PER_IDENTIFIER: '4' });
    chromium = await openChromium();
  });
  afterAll(async () => {
    await chromium?.close();
    await world?.close();
  });
  beforeEach(() => world.allow(everyWay));

  async function open(browser: TestBrowser, size: keyof typeof sizes, dark = false): Promise<Page> {
    const { url } = world.under.service;
    const context = await chromium.newContext({
      ...{ javaScriptEnabled: false, viewport: sizes[size], colorScheme: dark ? 'dark' : 'light' },
    });
    await context.addCookies([{ name: 'homerealm_browser_4000', value: browser.cookie, url }]);
    const page = await context.newPage();
    await page.goto(`${url}/sign-in/${browser.uid}`);
    return page;
  }

  async function keep(page: Page, name: string): Promise<void> {
    const wide = await page.locator('body').evaluate((body) => body.scrollWidth > body.clientWidth);
    expect(wide).toBe(false);
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }

  /** What a screen reader says after the name of a field. */
  const described = (page: Page, label: string) =>
    page.getByLabel(label).evaluate((field) =>
      (field.getAttribute('aria-describedby') ?? '')
        .split(' ')
        .map((id) => document.getElementById(id)?.textContent ?? `no ${id}`)
        .join(' '),
    );
  const hasFocus = (page: Page, label: string) =>
    page.getByLabel(label).evaluate((field) => field === document.activeElement);
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

  it.each(['phone', 'desktop'] as const)('from an address to the name of somebody new, on a %s', async (size) => {
    const email = `rosy-${size}@mail.example`;
    const browser = world.browser({ applicationName: 'Contoso Expenses' });
    const page = await open(browser, size);
    const label = 'Email address, username or phone';
    expect(await hasFocus(page, label)).toBe(true);
    await keep(page, `own-sign-in-${size}`);
    await page.getByLabel(label).fill('not anything');
    await press(page, 'Continue');
    expect(await described(page, label)).toContain('Enter an email address like');
    await page.getByLabel(label).fill(email);
    await press(page, 'Continue');

    expect(await page.title()).toBe('Enter your code');
    const field = page.getByLabel('Code');
    expect(await hasFocus(page, 'Code')).toBe(true);
    expect(await field.getAttribute('autocomplete')).toBe('one-time-code');
    expect(await field.getAttribute('inputmode')).toBe('numeric');
    await keep(page, `own-code-${size}`);
    await world.quiet();
    const code = world.mailbox.to(email)?.code ?? '';
    await field.fill(otherThan(code));
    await press(page, 'Sign in');
    expect(await page.getByRole('alert').innerText()).toContain('This is not the code');
    expect(await described(page, 'Code')).toContain('This is not the code');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await keep(page, `own-code-wrong-${size}`);
    await field.fill(`${code.slice(0, 4)} ${code.slice(4)}`);
    await press(page, 'Sign in');

    expect(await page.title()).toBe('What is your name?');
    expect(await hasFocus(page, 'First name')).toBe(true);
    expect(await page.getByLabel('Last name').getAttribute('autocomplete')).toBe('family-name');
    await keep(page, `own-sign-up-${size}`);
    await press(page, 'Create account');
    expect(await described(page, 'First name')).toContain('Enter your name');
    await page.getByLabel('First name').fill('Rosy');
    await page.getByLabel('Username (optional)').fill('no blanks');
    await press(page, 'Create account');
    expect(await page.getByLabel('First name').inputValue()).toBe('Rosy');
    expect(await described(page, 'Username (optional)')).toContain('2 to 64 letters');
    await keep(page, `own-sign-up-problem-${size}`);
    await page.getByLabel('Username (optional)').fill(`Rosy-${size}`);
    await page.getByRole('button', { name: 'Create account' }).click({ noWaitAfter: true });
    await eventually(() => world.people.people.some((person) => person.email === email));
    await page.context().close();
  });

  it('another code, another address, and enough of both', async () => {
    const browser = world.browser();
    const page = await open(browser, 'phone', true);
    const email = 'dark@mail.example';
    await page.getByLabel('Email address, username or phone').fill(email);
    await press(page, 'Continue');
    await keep(page, 'own-code-dark');
    for (let again = 0; again < 3; again++) await press(page, 'Send another code');
    expect(await page.getByRole('status').innerText()).toContain('Another code is on its way');
    await keep(page, 'own-code-again-dark');
    await page.getByRole('link', { name: 'Sign in another way' }).click();
    expect(await page.title()).toContain('Sign in to');
    await page.getByLabel('Email address, username or phone').fill(email);
    await press(page, 'Continue');
    expect(await page.title()).toBe('Please wait a moment');
    await keep(page, 'own-limited-dark');
    await page.getByRole('link', { name: 'Back to sign-in' }).click();
    await page.getByLabel('Email address, username or phone').fill('+49 151 1234 5678');
    await press(page, 'Continue');
    expect(await page.getByText('If +4915112345678 can sign in here').count()).toBe(1);
    await keep(page, 'own-code-sms-dark');
    await page.context().close();
  });

  it('asks for an email only where nothing else signs in', async () => {
    await world.allow({ ...everyWay, phone: false, username: false });
    const page = await open(world.browser(), 'phone');
    expect(await page.getByLabel('Email address', { exact: true }).getAttribute('type')).toBe('email');
    expect(await page.getByText('Otherwise we send you a code').count()).toBe(1);
    await page.context().close();
  });
});
