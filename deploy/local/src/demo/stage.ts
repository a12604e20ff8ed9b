import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionResponse } from '@homerealm/contracts';
import type { LocalFile } from '../local-file.js';
import { PlainFailure } from '../plain-failure.js';
import { AdminApi } from '../seed/admin-api.js';
import type { Say } from '../say.js';
import { type Attempt, readAttempt } from './attempts.js';
import { Browser, NoWayOn, type Typed } from './browser.js';
import { codeFor } from './codes.js';
import type { Place } from './demo-connection.js';
import { fact } from './fact.js';
import type { Follower, SeenEvent } from './follow-user.js';
import { RelyingParty, type Tokens } from './relying-party.js';
import type { Somebody } from './simulated-people.js';

/** One of the demonstrations: what it shows in a sentence, and how it goes. */
export type Journey = { says: string; play(stage: Stage): Promise<void> };

export type Refused = { attempt: Attempt; page: string };

/** The gateway hears of a connection by events, a moment after the registry has it. */
const notHeardYet = ['connection.unknown', 'connection.not-enabled', 'connection.credential-missing'];
const patienceMs = 20_000;

/** What every journey needs: the system, an admin, people with browsers, and somebody who cleans up behind them. */
export class Stage implements Place {
  readonly api: AdminApi;
  readonly ca: string;
  private readonly cleaning: (() => Promise<unknown>)[] = [];
  /** Of each subject, how many events were told. */
  private readonly told = new Map<string, number>();

  constructor(
    readonly file: LocalFile,
    readonly events: Follower,
    readonly say: Say,
    readonly signal: AbortSignal,
  ) {
    this.api = new AdminApi(file.urls.gateway, file.admin);
    this.ca = readFileSync(file.caFile, 'utf8');
  }

  /** Somebody whose address nobody ever had. */
  somebody(givenName: string, familyName: string, domain = 'mail.example'): Somebody {
    const email = `${givenName}.${familyName}.${randomBytes(4).toString('hex')}@${domain}`.toLowerCase();
    return { givenName, familyName, email };
  }

  /** Undone when the journey is over, however it ends; the last one first. */
  afterwards(work: () => Promise<unknown>): void {
    this.cleaning.unshift(work);
  }

  userGoesAfterwards(userId: string): void {
    this.afterwards(() => this.api.delete(`${this.file.urls.directory}/users/${userId}`));
  }

  async cleanUp(): Promise<void> {
    const problems: unknown[] = [];
    for (const work of this.cleaning.splice(0)) await work().catch((problem: unknown) => problems.push(problem));
    if (problems.length > 0)
      throw new PlainFailure(`not everything could be undone: ${problems.map(String).join('; ')}`);
  }

  /** @throws PlainFailure when there is none: somebody has deleted what the local system brings along */
  async connectionNamed(name: string): Promise<string> {
    const url = `${this.file.urls.registry}/connections?name=${name}`;
    const { items } = await this.api.get<{ items: ConnectionResponse[] }>(url);
    if (!items[0]) throw new PlainFailure(`there is no connection “${name}”; start the system again`);
    return items[0].connectionId;
  }

  /** What is new about a user, an attempt or a connection, as soon as all that is named has come, as often as named. */
  async tellEvents(subject: string, names: readonly string[]): Promise<void> {
    const before = this.told.get(subject) ?? 0;
    const enough = (seen: readonly SeenEvent[]) => hasAll(seen.slice(before), names);
    const seen = await this.events.until(subject, enough, this.signal);
    this.told.set(subject, seen.length);
    seen.slice(before).forEach(({ type, topic, sequence }, index) => {
      fact(this.say, index === 0 ? 'events' : '', `${type} (#${sequence} on ${topic})`);
    });
  }

  /**
   * Signs somebody in with a browser of their own.
   * @throws PlainFailure with what the record says when they are refused
   */
  async signIn(wishes: Record<string, string>, typed: Typed, notYet: string[] = []): Promise<Tokens> {
    const outcome = await this.try(wishes, typed, notYet);
    if (!('attempt' in outcome)) return outcome;
    const { attemptId, code, explanation } = outcome.attempt;
    throw new PlainFailure(`refused, though nobody should be: ${code}. ${explanation?.says} (${attemptId})`);
  }

  /** As `signIn`, of somebody who must not get in. */
  async beRefused(wishes: Record<string, string>, typed: Typed): Promise<Refused> {
    const outcome = await this.try(wishes, typed, []);
    if ('attempt' in outcome) return outcome;
    throw new PlainFailure(`${outcome.sub} is signed in, though they should be refused`);
  }

  private async try(wishes: Record<string, string>, typed: Typed, notYet: string[]): Promise<Tokens | Refused> {
    const tooEarly = [...notHeardYet, ...notYet];
    for (const deadline = Date.now() + patienceMs; ; await sleep(100, undefined, { signal: this.signal })) {
      const outcome = await this.once(wishes, typed);
      if (!('attempt' in outcome) || !tooEarly.includes(outcome.attempt.code ?? '') || Date.now() > deadline)
        return outcome;
    }
  }

  private async once(wishes: Record<string, string>, typed: Typed): Promise<Tokens | Refused> {
    const application = await RelyingParty.discover(this.file);
    const code = () => codeFor(typed.email, this.file, this.signal);
    const browser = new Browser(this.ca, { code, ...typed });
    try {
      return await application.signIn(wishes, (url) => browser.signIn(url, this.file.demoApplication.redirectUri));
    } catch (problem) {
      if (!(problem instanceof NoWayOn) || !problem.attemptId) throw problem;
      return { attempt: await readAttempt(problem.attemptId, this.api, this.file), page: problem.says };
    }
  }
}

const hasAll = (seen: readonly SeenEvent[], names: readonly string[]): boolean =>
  names.every((name) => seen.filter(({ type }) => type === name).length >= names.filter((one) => one === name).length);
