import { Injectable } from '@nestjs/common';
import { type Application, type ApplicationSettings, checkApplication, usesSecrets } from '../domain/application.js';
import { Applications, Secrets } from './applications.port.js';

/** Adds an application. Its secret, where it has one, is in the answer and nowhere else. */
@Injectable()
export class CreateApplication {
  constructor(
    private readonly applications: Applications,
    private readonly secrets: Secrets,
  ) {}

  async execute(settings: ApplicationSettings): Promise<{ application: Application; clientSecret: string | null }> {
    checkApplication(settings);
    const fresh = usesSecrets(settings) ? this.secrets.newSecret() : null;
    const now = this.secrets.now();
    const dates = { createdAt: now, updatedAt: now };
    const id = this.secrets.newApplicationId();
    const application = { ...settings, id, secrets: fresh ? [fresh.secret] : [], ...dates };
    await this.applications.add(application);
    return { application, clientSecret: fresh?.clientSecret ?? null };
  }
}
