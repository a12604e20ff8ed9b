import type { PolicyDecision, Policies as PoliciesNow } from '../../domain/decide-policies.js';

/** The policies of the environment: one record, told to everybody whenever it changes. */
export abstract class Policies {
  abstract read(): Promise<PoliciesNow>;
  /** Stores and tells the policies, unless there are some already. */
  abstract start(initial: PoliciesNow): Promise<void>;
  /** One transaction; `decide` may be called twice. Undefined leaves all as it is. */
  abstract change(decide: (now: PoliciesNow) => PolicyDecision | undefined, by: string, at: Date): Promise<PoliciesNow>;
}
