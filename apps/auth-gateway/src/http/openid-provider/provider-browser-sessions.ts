import { Injectable } from '@nestjs/common';
import { Applications } from '../../use-cases/applications.port.js';
import type { Browser } from '../../use-cases/interactions.port.js';
import { ProviderRecords } from '../../use-cases/provider-records.port.js';
import { BrowserSessions } from '../../use-cases/sign-out/upstream-sessions.port.js';
import { cookieValues } from './cookies.js';
import { endSession, isSomebodys } from './end-session.js';
import { ProviderSettings } from './provider-settings.js';
import { keyOf } from './record-keys.js';
import { UnitOfWork } from './unit-of-work.js';

/** The session whose cookie a browser brings. */
@Injectable()
export class ProviderBrowserSessions extends BrowserSessions {
  constructor(
    private readonly records: ProviderRecords,
    private readonly applications: Applications,
    private readonly settings: ProviderSettings,
  ) {
    super();
  }

  async end(browser: Browser, connectionId: string): Promise<boolean> {
    const [id, ...more] = cookieValues(browser.cookieHeader, this.settings.cookies.session);
    // Two cookies of the name mean that somebody planted one of them; we do not guess which.
    if (id === undefined || more.length > 0) return false;
    const unit = new UnitOfWork(this.records, browser);
    const session = await unit.find(keyOf('Session', id));
    if (!isSomebodys(session) || session.facts?.connectionId !== connectionId) return false;
    await endSession(unit, session, 'requested', this.applications);
    return unit.flush();
  }
}
