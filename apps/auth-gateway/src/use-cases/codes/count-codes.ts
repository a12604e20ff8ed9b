import { Injectable } from '@nestjs/common';
import type { Identifier } from '../../domain/own-sign-in/identifier.js';
import { KeyedHash } from '../keyed-hash.port.js';
import { Limits } from '../limits.port.js';
import { Moment } from '../moment.port.js';
import { CodeLimitSettings } from './code-limit-settings.port.js';

/**
 * How many codes are sent and tried, for each identifier and each network, in all processes together. Only codes are
 * counted here: whoever signs in through a provider never meets these limits.
 */
@Injectable()
export class CountCodes {
  constructor(
    private readonly limits: Limits,
    private readonly settings: CodeLimitSettings,
    private readonly hash: KeyedHash,
    private readonly moment: Moment,
  ) {}

  /** Milliseconds to wait, or undefined when a code may be sent. The network comes first: one cannot block many people. */
  async sending(identifier: Identifier, network: string): Promise<number | undefined> {
    const now = this.moment.now();
    const { sentForNetwork, sentToIdentifier, wrongForIdentifier } = this.settings.limits;
    return (
      (await this.limits.take(this.key('sent-for', network), sentForNetwork, now)) ??
      (await this.limits.take(this.key('sent-to', nameOf(identifier)), sentToIdentifier, now)) ??
      // Nobody is sent a code that they may not use.
      (await this.limits.look(this.key('wrong-of', nameOf(identifier)), wrongForIdentifier, now))
    );
  }

  /** The same for a try. It counts as a wrong one until `right` is told, so that many at once are no way around. */
  async trying(identifier: Identifier, network: string): Promise<number | undefined> {
    const now = this.moment.now();
    const { wrongForNetwork, wrongForIdentifier } = this.settings.limits;
    return (
      (await this.limits.take(this.key('wrong-for', network), wrongForNetwork, now)) ??
      (await this.limits.take(this.key('wrong-of', nameOf(identifier)), wrongForIdentifier, now))
    );
  }

  async right(identifier: Identifier, network: string): Promise<void> {
    const now = this.moment.now();
    await this.limits.giveBack(this.key('wrong-for', network), now);
    await this.limits.giveBack(this.key('wrong-of', nameOf(identifier)), now);
  }

  /** The table holds no address and no name. */
  private key(what: string, whom: string): string {
    return `${what}:${this.hash.of('limit', what, whom)}`;
  }
}

const nameOf = ({ by, canonical }: Identifier): string => `${by}:${canonical}`;
