import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeWithBrowser, openChromium } from '@homerealm/testing';
import type { Browser as Chromium, Page } from 'playwright-core';
import { companySignIns } from './people/companies.journeys.js';
import { ownSignIns } from './people/own-sign-in.journeys.js';
import { socialSignIns } from './people/social.journeys.js';
import { World } from './people/world.js';

const pictures = fileURLToPath(new URL('../../../.homerealm/screenshots', import.meta.url));

describe('people of every sort, at the system that `npm start` runs', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  }, 300_000);
  afterEach(() => world.closeBrowsers());
  afterAll(() => world?.stop(), 60_000);

  describe('signing in and up without a provider', () => ownSignIns(() => world));
  describe('through social providers', () => socialSignIns(() => world));
  describe('of companies', () => companySignIns(() => world));

  describeWithBrowser('in a real browser', () => {
    let chromium: Chromium;
    let page: Page;
    beforeAll(async () => {
      mkdirSync(pictures, { recursive: true });
      chromium = await openChromium();
      page = await (await chromium.newContext({ ignoreHTTPSErrors: true })).newPage();
    });
    afterAll(() => chromium?.close());

    const photograph = (name: string) => page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
    const goOn = () => page.locator('main button[type=submit]').first().click();

    it('somebody signs up by email in the demo app', async () => {
      const email = 'vera.lund@mail.example';
      const { demoApp } = world.system.urls;
      await page.goto(demoApp);
      await page
        .getByRole('button', { name: /sign in/i })
        .first()
        .click();
      await photograph('5-sign-in-with-buttons');
      await page.getByLabel(/email/i).fill(email);
      await goOn();
      await page.getByLabel(/code/i).fill('0000 0000');
      await photograph('6-code');
      await goOn();
      await page.getByRole('alert').waitFor();
      await photograph('7-wrong-code');
      await page.getByLabel(/code/i).fill(await world.mailbox.codeFor(email));
      await goOn();
      await page.getByLabel(/first name|given name/i).fill('Vera');
      await page.getByLabel(/last name|family name/i).fill('Lund');
      await photograph('8-sign-up');
      await goOn();
      await page.waitForURL(`${demoApp}/**`);
      await page.getByText('UserSignedIn').first().waitFor();
      await photograph('9-signed-up');
      expect(await page.textContent('body')).toContain(email);
    });
  });
});
