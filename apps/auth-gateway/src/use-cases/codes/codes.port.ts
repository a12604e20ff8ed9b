import type { Check } from '@homerealm/domain';
import type { Identifier } from '../../domain/own-sign-in/identifier.js';
import type { TriedCode } from '../../domain/own-sign-in/one-time-code.js';
import type { Try } from '../refuse.js';

/** Which step of a sign-in asks for a code. Each step of a pending sign-in has one code at a time. */
export type CodePurpose = 'sign-in' | 'missing-email';

/** A code belongs to one step of one pending sign-in, in one browser. */
export type CodeKey = { uid: string; browserHash: string; purpose: CodePurpose };

/** What is to be known again when the code comes back. Sealed where it is kept. */
export type CodeMemory = {
  identifier: Identifier;
  /** Where the code went; null while that is not known, and where there is nobody. */
  sentTo: string | null;
  /** The asker's own, as JSON. */
  own: unknown;
};

export type NewCode = {
  key: CodeKey;
  /** Keyed. */
  codeHash: string;
  tried: Try;
  checks: readonly Check[];
  memory: CodeMemory;
  /** Milliseconds since 1970. */
  expiresAt: number;
};

export type KeptCode = NewCode & TriedCode;

/** One-time codes on their way to somebody and back. */
export abstract class Codes {
  /** A new code replaces the one before it. */
  abstract keep(code: NewCode): Promise<void>;
  abstract find(key: CodeKey): Promise<KeptCode | null>;
  /** Where this very code went. Nothing happens when another has replaced it meanwhile. */
  abstract tellSentTo(key: CodeKey, codeHash: string, memory: CodeMemory): Promise<void>;
  /**
   * Compares, and counts the try in the same step: of many tries at once each counts, and one at most is right. Gives
   * the code as it was before.
   */
  abstract try(key: CodeKey, codeHash: string, now: number): Promise<{ code: KeptCode | null; matches: boolean }>;
  abstract forget(key: CodeKey): Promise<void>;
  /** Ends what is past its time, as an `abandoned` attempt where nothing else was recorded. Answers how many there were. */
  abstract sweep(now: number): Promise<number>;
}
