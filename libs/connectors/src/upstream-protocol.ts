import { Check, Strategy, type UpstreamAccount } from '@homerealm/domain';
import { z } from 'zod';
import type { UpstreamRefusalCode } from './upstream.errors.js';

/** What the caller of `begin` brings: everything that differs from one sign-in to the next. */
export type BeginRequest = {
  /** The email the person typed, or the `login_hint` of the application. */
  loginHint?: string;
  /** Upstream parameters with their aliases resolved. A reserved name among them is refused. */
  params: Record<string, string>;
  /** The connection's callback URL, one per connection. */
  redirectUri: string;
  /** Cryptographic randomness. */
  random: (bytes: number) => Uint8Array;
  /** For protocols whose requests carry a time; the system's when absent. */
  now?: Date;
};

/**
 * What must be remembered between `begin` and `complete`. Plain JSON, kept on the server, bound to one browser and used
 * once: the caller takes it out of its store before it calls `complete`. It holds secrets (nonce, code verifier).
 */
export const CodeTransaction = z.object({
  strategy: Strategy,
  connectionId: z.string().min(1),
  state: z.string().min(16),
  nonce: z.string().min(16),
  codeVerifier: z.string().min(43),
  redirectUri: z.string(),
});
export type CodeTransaction = z.infer<typeof CodeTransaction>;

/** The same where the answer is a document that the browser carries. */
export const FederationTransaction = z.object({
  strategy: Strategy.extract(['entra-wsfed', 'entra-saml']),
  connectionId: z.string().min(1),
  /** RelayState or wctx: an unguessable text of at most 80 bytes. */
  state: z.string().min(16).max(80),
  /** The id of our request, which a SAML answer must name; WS-Federation has none, and this says nothing there. */
  requestId: z.string().min(16),
  redirectUri: z.string(),
});
export type FederationTransaction = z.infer<typeof FederationTransaction>;
export type UpstreamTransaction = CodeTransaction | FederationTransaction;

/** Where the browser goes: by an address, or by a form that it sends there. */
export type Departure = { redirectTo: string } | { form: { action: string; fields: Record<string, string> } };

/** What a provider needs to be told when somebody signs out there. Holds a name ID: kept with the session, never told. */
export const UpstreamSession = z.object({
  nameId: z.string().min(1).max(512),
  nameIdFormat: z.string().max(256).optional(),
  nameQualifier: z.string().max(512).optional(),
  spNameQualifier: z.string().max(512).optional(),
  sessionIndex: z.string().max(256).optional(),
});
export type UpstreamSession = z.infer<typeof UpstreamSession>;

/** The callback request as it arrived, undecided: repeated parameters stay arrays. */
export type CallbackInput = {
  method: string;
  query: Record<string, string | string[] | undefined>;
  body?: Record<string, unknown>;
};

/** The provider's own words about a refusal. For the admin's record only, never for the browser; bounded, no secrets. */
export type UpstreamReport = {
  error?: string;
  /** Numbers of Entra's error codes, without the prefix: explained, never branched on. */
  aadsts?: string[];
  correlationId?: string;
  traceId?: string;
  timestamp?: string;
  description?: string;
};

export type UpstreamOutcome =
  /** `session`: of doors that can sign people out at the provider. */
  | { outcome: 'account'; account: UpstreamAccount; checks: Check[]; session?: UpstreamSession }
  | { outcome: 'refused'; code: UpstreamRefusalCode; checks: Check[]; upstream?: UpstreamReport };

export type CompleteOptions = { now: Date; signal?: AbortSignal };

/** One way to sign in at an upstream provider. The gateway knows connectors only through this. */
export type UpstreamProtocol<
  Connection,
  Transaction extends UpstreamTransaction = CodeTransaction,
  Leaving extends Departure = { redirectTo: string },
> = {
  readonly strategy: Strategy;
  /**
   * Builds the address the browser goes to, and what to remember until it comes back.
   * @throws DomainError with a code of `upstreamErrors` when the provider cannot be used now
   */
  begin(connection: Connection, request: BeginRequest): Promise<Leaving & { transaction: Transaction }>;
  /**
   * Verifies the provider's answer. Never throws and never rejects: whatever arrives ends as an account or as a refusal
   * with its code. `checks` are in the order they were made; a refusal's last failed check is its cause.
   */
  complete(
    connection: Connection,
    transaction: Transaction,
    input: CallbackInput,
    options: CompleteOptions,
  ): Promise<UpstreamOutcome>;
};
