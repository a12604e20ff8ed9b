import type { Check } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { CodeMessage } from '../../domain/own-sign-in/code-message.js';
import type { Identifier } from '../../domain/own-sign-in/identifier.js';
import { codeMilliseconds, newCode } from '../../domain/own-sign-in/one-time-code.js';
import { KeyedHash } from '../keyed-hash.port.js';
import { Moment } from '../moment.port.js';
import type { Try } from '../refuse.js';
import { CountCodes } from './count-codes.js';
import { type CodeKey, type CodeMemory, Codes } from './codes.port.js';
import { type Channel, Courier } from './courier.port.js';
import { RandomNumber } from './random-number.port.js';

export type WantedCode = {
  key: CodeKey;
  identifier: Identifier;
  /** The attempt that goes on with this code, and its checks so far. */
  tried: Try;
  checks: readonly Check[];
  applicationName: string;
  /** The network the person comes from, as it is counted. */
  network: string;
  /** Whatever the asker needs when the code comes back, as JSON. */
  own?: unknown;
  /** Finds out where the code goes. Left out: to the address itself. Asked in the background; null: to nobody. */
  findAddress?: () => Promise<string | null>;
};

export type Sent = { sent: true } | { sent: false; waitMilliseconds: number };

/**
 * Makes a code and has it delivered. Does the same work for everybody, and answers before anything is looked up or sent,
 * so neither the answer nor its time tells whether there is an account.
 */
@Injectable()
export class SendCode {
  constructor(
    private readonly codes: Codes,
    private readonly count: CountCodes,
    private readonly courier: Courier,
    private readonly hash: KeyedHash,
    private readonly random: RandomNumber,
    private readonly moment: Moment,
  ) {}

  async execute(wanted: WantedCode): Promise<Sent> {
    const { key, identifier, tried } = wanted;
    const waitMilliseconds = await this.count.sending(identifier, wanted.network);
    if (waitMilliseconds !== undefined) return { sent: false, waitMilliseconds };
    const code = newCode((bound) => this.random.below(bound));
    const codeHash = hashOfCode(this.hash, key, code);
    const sentTo = wanted.findAddress ? null : identifier.canonical;
    const memory: CodeMemory = { identifier, sentTo, own: wanted.own ?? null };
    const checks: Check[] = [
      ...wanted.checks,
      { code: 'code.sent', outcome: 'passed', details: { by: identifier.by } },
    ];
    await this.codes.keep({ key, codeHash, tried, checks, memory, expiresAt: this.moment.now() + codeMilliseconds });
    const channel: Channel = identifier.by === 'phone' ? 'sms' : 'email';
    this.courier.deliver(channel, async () => {
      const to = await this.address(wanted, codeHash, memory);
      return to === null ? null : { channel, to, code, applicationName: wanted.applicationName };
    });
    return { sent: true };
  }

  /** Kept before it is sent: whoever has the code can have it only from there. */
  private async address(wanted: WantedCode, codeHash: string, memory: CodeMemory): Promise<CodeMessage['to'] | null> {
    if (!wanted.findAddress) return memory.sentTo;
    const sentTo = await wanted.findAddress();
    if (sentTo !== null) await this.codes.tellSentTo(wanted.key, codeHash, { ...memory, sentTo });
    return sentTo;
  }
}

/** Good for one step of one sign-in in one browser only, whoever learns it. */
export const hashOfCode = (hash: KeyedHash, { uid, browserHash, purpose }: CodeKey, code: string): string =>
  hash.of('one-time-code', purpose, uid, browserHash, code);
