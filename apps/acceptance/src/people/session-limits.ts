import { readFileSync } from 'node:fs';
import { eventually } from '@homerealm/testing';
import { Browser } from '../client/browser.js';
import type { RelyingParty, SignedIn } from '../client/relying-party.js';
import { Gate } from './gate.js';
import { Workplace } from './workplace.js';
import type { World } from './world.js';

/** The shortest that an application may ask for. */
const limit = 60;

type Begun = { browser: Browser; patient: Gate; strict: Gate; signedIn: Record<'patient' | 'strict', SignedIn> };

/**
 * A session has to grow old to be seen ending by the limit of an application. So one begins before all journeys and is
 * looked at after the last: by then it is old, or nearly.
 */
export class SessionLimits {
  private constructor(private readonly begun: Promise<Begun>) {}

  static begin(world: World): SessionLimits {
    const begun = begin(world);
    begun.catch(() => undefined); // whoever looks hears of it
    return new SessionLimits(begun);
  }

  /** An application with a limit asks again and gets no token any more; of the same session another one is served. */
  async hold(): Promise<void> {
    const { browser, patient, strict, signedIn } = await this.begun;
    const isOut = async () => (await strict.silently(browser)) === 'login_required';
    await eventually(isOut, { timeout: (limit + 10) * 1_000, every: 500, says: 'the end of the session' });
    const refresh = ({ party }: Gate, { tokens }: SignedIn) => party.refresh(tokens.refresh_token ?? '');
    expect(await strict.errorOf(refresh(strict, signedIn.strict))).toBe('invalid_grant');
    expect(await patient.silently(browser)).toBe('in');
    expect(await patient.errorOf(refresh(patient, signedIn.patient))).toBe('in');
    await browser.close();
  }
}

async function begin(world: World): Promise<Begun> {
  const place = await Workplace.open(world, 'session-limits');
  const asks = place.asks(await place.company.hire('iris'));
  const patient = new Gate(world, await world.register());
  const strict = new Gate(world, await world.register({ sessionSeconds: limit, refreshSeconds: limit }));
  // The browsers of a journey are closed after it; this one stays.
  const browser = new Browser(readFileSync(world.system.caFile, 'utf8'));
  const into = (party: RelyingParty) => party.signIn(browser, asks);
  return {
    browser,
    patient,
    strict,
    signedIn: { patient: await into(patient.party), strict: await into(strict.party) },
  };
}
