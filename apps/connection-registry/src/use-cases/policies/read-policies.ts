import type { PoliciesResponse } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { Policies } from './policies.port.js';

@Injectable()
export class ReadPolicies {
  constructor(private readonly policies: Policies) {}

  execute(): Promise<PoliciesResponse> {
    return this.policies.read();
  }
}
