import { Injectable } from '@nestjs/common';
import { initialPolicies } from '../../domain/decide-policies.js';
import { Policies } from './policies.port.js';

/** At the first start of an environment its policies are told once, so that every replica has them. */
@Injectable()
export class StartPolicies {
  constructor(private readonly policies: Policies) {}

  execute(): Promise<void> {
    return this.policies.start(initialPolicies);
  }
}
