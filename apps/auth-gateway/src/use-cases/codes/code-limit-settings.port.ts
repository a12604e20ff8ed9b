import type { CodeLimits } from '../../domain/own-sign-in/limits.js';

/** What this deployment allows. */
export abstract class CodeLimitSettings {
  abstract readonly limits: CodeLimits;
}
