import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEventLog, type EventLog } from '@homerealm/events';
import { describeWithBrowser, openChromium } from '@homerealm/testing';
import type { Browser as Chromium, Page } from 'playwright-core';
import { federatedSignIns } from './people/federation.journeys.js';
import { World } from './people/world.js';

const pictures = fileURLToPath(new URL('../../../.homerealm/screenshots', import.meta.url));

describe('a company by SAML and by WS-Federation, at the system that `npm start` runs', () => {
  let world: World;
  let log: EventLog;
  beforeAll(async () => {
    world = await World.start();
    log = openEventLog({ EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: world.system.postgres.eventLog });
  }, 300_000);
  afterEach(() => world.closeBrowsers());
  afterAll(async () => {
    await log?.close();
    await world?.stop();
  }, 60_000);

  describe('without eyes', () =>
    federatedSignIns(
      () => world,
      () => log,
    ));

  describeWithBrowser('in a real browser', () => {
    let chromium: Chromium;
    let page: Page;
    beforeAll(async () => {
      mkdirSync(pictures, { recursive: true });
      await world.simulator.ask('PUT', 'settings', { autoSignIn: false });
      chromium = await openChromium();
    });
    beforeEach(async () => {
      page = await (await chromium.newContext({ ignoreHTTPSErrors: true })).newPage();
    });
    afterEach(() => page.context().close());
    afterAll(() => chromium?.close());

    const photograph = (name: string) => page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
    const anna = 'anna.berg@contoso.example';

    it.each([
      ['SAML', 'entra-saml', 13],
      ['WS-Federation', 'entra-wsfed', 16],
    ])('somebody comes from the demo app by %s, and goes again', async (door, strategy, picture) => {
      const { demoApp, simulator } = world.system.urls;
      await page.goto(demoApp);
      await page
        .getByRole('button', { name: /sign in/i })
        .first()
        .click();
      await page.getByRole('button', { name: `Continue with Contoso by ${door}` }).waitFor();
      await photograph(`${picture}-button-${strategy}`);
      await page.getByRole('button', { name: `Continue with Contoso by ${door}` }).click();
      await page.waitForURL(`${simulator}/**`);
      await page.locator('[name=loginfmt]').fill(anna);
      await page.locator('[name=passwd]').fill(world.passwordOf(anna));
      await photograph(`${picture + 1}-company-${strategy}`);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(`${demoApp}/**`);
      await page.getByText('UserSignedIn').first().waitFor();
      await page.getByText(strategy).first().waitFor();
      await photograph(`${picture + 2}-tokens-${strategy}`);
      expect(await page.textContent('body')).toContain(anna);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page
        .getByRole('heading', { name: 'Sign in to see your tokens' })
        .waitFor()
        .catch(async (problem: unknown) => {
          await photograph(`${picture + 2}-stuck`);
          throw new Error(`still at ${page.url()}`, { cause: problem });
        });
    });
  });
});
