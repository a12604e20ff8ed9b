import type { CreateOrganizationRequest } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import type { Happened } from '../domain/happened.js';
import type { Organization } from '../domain/organization.js';
import { organizationErrors } from '../domain/organization.errors.js';
import { OrganizationConflict, Organizations } from './organizations.port.js';
import { TimeAndIds } from './time-and-ids.port.js';

@Injectable()
export class CreateOrganization {
  constructor(
    private readonly organizations: Organizations,
    private readonly fresh: TimeAndIds,
  ) {}

  async execute({ externalId, ...wanted }: CreateOrganizationRequest): Promise<Organization> {
    const organizationId = this.fresh.newId('org');
    const organization = {
      ...wanted,
      externalId: externalId ?? null,
      organizationId,
      revision: 0,
      createdAt: this.fresh.now(),
    };
    const happened: Happened[] = [{ type: 'OrganizationCreated', data: { organizationId, name: wanted.name } }];
    if (wanted.suspended) happened.push({ type: 'OrganizationSuspended', data: { organizationId } });
    try {
      await this.organizations.save(null, organization, happened);
      return organization;
    } catch (error) {
      if (error instanceof OrganizationConflict && error.on === 'external-id')
        throw organizationErrors('organization.external-id-taken', {}, 'externalId');
      throw error;
    }
  }
}
