import { profileTopic, type ProfileEvent } from '@homerealm/contracts';
import { Consumes } from '@homerealm/events';
import { Controller } from '@nestjs/common';
import { ApplySyncedProfile } from '../use-cases/apply-synced-profile.js';

@Controller()
export class OnProfile {
  constructor(private readonly applySyncedProfile: ApplySyncedProfile) {}

  @Consumes(profileTopic, { together: true })
  async handle(event: ProfileEvent): Promise<void> {
    if (event.type === 'ProfileSynced') await this.applySyncedProfile.execute(event.data);
  }
}
