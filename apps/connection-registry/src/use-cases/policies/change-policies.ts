import type { PoliciesResponse, PoliciesChange } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { decidePolicies } from '../../domain/decide-policies.js';
import { Surroundings } from '../surroundings.port.js';
import { Policies } from './policies.port.js';

@Injectable()
export class ChangePolicies {
  constructor(
    private readonly policies: Policies,
    private readonly surroundings: Surroundings,
  ) {}

  execute(change: PoliciesChange, by: string): Promise<PoliciesResponse> {
    return this.policies.change((now) => decidePolicies(now, change), by, this.surroundings.now());
  }
}
