import type { Check, UpstreamAccount } from '@homerealm/domain';
import type { UpstreamTrouble } from '../domain/attempt.js';
import type { UpstreamSession } from '../domain/sign-in-facts.js';
import type { KnownConnection } from './connections.port.js';

/** The provider's callback request as it arrived: repeated parameters stay arrays. */
export type CallbackInput = {
  method: string;
  query: Record<string, string | string[] | undefined>;
  body?: Record<string, unknown>;
};

/** A form that the browser sends to the provider. */
export type DepartureForm = { action: string; fields: Record<string, string> };

export type LeaveFor =
  | {
      left: true;
      /** The provider's address for the browser, or a form that the browser sends there. */
      departure: { redirectTo: string } | { form: DepartureForm };
      /** The unguessable text by which the answer is recognised. */
      state: string;
      /** What the connector must remember, as JSON, without the state. */
      memory: unknown;
    }
  | { left: false; code: string };

export type Answer =
  | { proved: true; account: UpstreamAccount; checks: Check[]; session?: UpstreamSession }
  | { proved: false; code: string; checks: Check[]; trouble: UpstreamTrouble | null };

/** The providers, whatever protocol they speak. Neither method throws for what a provider does. */
export abstract class Upstream {
  abstract begin(
    connection: KnownConnection,
    ask: { loginHint: string | null; params: Record<string, string> },
  ): Promise<LeaveFor>;
  abstract complete(
    connection: KnownConnection,
    started: { state: string; memory: unknown },
    input: CallbackInput,
  ): Promise<Answer>;
  /** Origins the operator lets us send people to. */
  abstract readonly authorities: readonly string[];
}

/** What a provider's own words mean, for the admin who reads an attempt. Nothing branches on it. */
export abstract class UpstreamWords {
  /** The sentence of a connector's refusal code. */
  abstract explainCode(code: string): string | undefined;
  /** What the number of an AADSTS error means, and what an admin does about it. */
  abstract explainAadsts(number: string): string | undefined;
}
