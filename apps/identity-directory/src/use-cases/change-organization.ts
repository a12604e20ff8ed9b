import type { ChangeOrganizationRequest } from '@homerealm/contracts';
import type { OrganizationId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { changeOrganization } from '../domain/change-organization.js';
import type { Organization } from '../domain/organization.js';
import { organizationErrors } from '../domain/organization.errors.js';
import { OrganizationConflict, Organizations } from './organizations.port.js';

const maxTries = 5;

@Injectable()
export class ChangeOrganization {
  constructor(private readonly organizations: Organizations) {}

  async execute(organizationId: OrganizationId, settings: ChangeOrganizationRequest): Promise<Organization> {
    for (let tries = 1; tries <= maxTries; tries++) {
      const before = await this.organizations.find(organizationId);
      if (!before) throw organizationErrors('organization.not-found', { organizationId });
      const { after, happened } = changeOrganization(before, settings);
      if (happened.length === 0) return before;
      try {
        await this.organizations.save(before, after, happened);
        return after;
      } catch (error) {
        if (!(error instanceof OrganizationConflict)) throw error;
        if (error.on === 'external-id') throw organizationErrors('organization.external-id-taken', {}, 'externalId');
      }
    }
    throw organizationErrors('organization.changed-meanwhile', { organizationId });
  }
}
