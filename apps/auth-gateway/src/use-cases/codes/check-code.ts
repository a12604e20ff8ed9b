import { Injectable } from '@nestjs/common';
import { judgeCode, mostTries, readCode } from '../../domain/own-sign-in/one-time-code.js';
import { KeyedHash } from '../keyed-hash.port.js';
import { Moment } from '../moment.port.js';
import { CountCodes } from './count-codes.js';
import { type CodeKey, Codes, type KeptCode } from './codes.port.js';
import { hashOfCode } from './send-code.js';

export type Checked =
  /** `code.checks` hold every try, this one too. */
  | { verdict: 'right'; code: KeptCode }
  | { verdict: 'wrong'; code: KeptCode; triesLeft: number }
  /** There is no code (any more) that could be right: a new one is needed. */
  | { verdict: 'over'; code: KeptCode | null }
  /** Too many wrong codes for this identifier or from this network: nothing was compared. */
  | { verdict: 'limited'; code: KeptCode; waitMilliseconds: number };

/** Somebody typed a code. */
@Injectable()
export class CheckCode {
  constructor(
    private readonly codes: Codes,
    private readonly count: CountCodes,
    private readonly hash: KeyedHash,
    private readonly moment: Moment,
  ) {}

  async execute(key: CodeKey, typed: string, network: string): Promise<Checked> {
    const now = this.moment.now();
    const kept = await this.codes.find(key);
    if (!kept) return { verdict: 'over', code: null };
    const digits = readCode(typed);
    // Eight letters, or seven digits: nobody guesses so, and nothing is counted.
    if (digits === undefined) return { verdict: 'wrong', code: kept, triesLeft: mostTries - kept.wrongTries };
    const { identifier } = kept.memory;
    const waitMilliseconds = await this.count.trying(identifier, network);
    if (waitMilliseconds !== undefined) return { verdict: 'limited', code: kept, waitMilliseconds };
    const { code, matches } = await this.codes.try(key, hashOfCode(this.hash, key, digits), now);
    const verdict = judgeCode(code, matches, now);
    if (verdict !== 'wrong') await this.count.right(identifier, network);
    if (verdict === 'over' || !code) return { verdict: 'over', code };
    const outcome = verdict === 'right' ? 'passed' : 'failed';
    const told: KeptCode = { ...code, checks: [...code.checks, { code: 'code.right', outcome }] };
    return verdict === 'right'
      ? { verdict, code: told }
      : { verdict: 'wrong', code: told, triesLeft: mostTries - code.wrongTries - 1 };
  }
}
