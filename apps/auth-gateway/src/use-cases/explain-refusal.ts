import { Injectable } from '@nestjs/common';
import type { UpstreamTrouble } from '../domain/attempt.js';
import { refusalOf, signInRefusals, type FixedBy } from '../domain/sign-in-refusals.js';
import { UpstreamWords } from './upstream.port.js';

/** Why an attempt ended as it did, in words for the admin. */
export type Explanation = { says: string; fixedBy: FixedBy; aadsts: { number: string; says: string }[] };

/** What a refusal means, who can mend it, and what the provider’s own numbers say. */
@Injectable()
export class ExplainRefusal {
  constructor(private readonly words: UpstreamWords) {}

  /** Null when nothing was refused. */
  execute(code: string | null, upstream: UpstreamTrouble | null): Explanation | null {
    if (code === null) return null;
    const refusal = refusalOf(code);
    const own = Object.hasOwn(signInRefusals, code) ? undefined : this.words.explainCode(code);
    const aadsts = (upstream?.aadsts ?? []).map((number) => ({
      number,
      says: this.words.explainAadsts(number) ?? 'See the provider’s list of error codes.',
    }));
    return { says: own ?? refusal.explains, fixedBy: refusal.fixedBy, aadsts };
  }
}
