import { Injectable } from '@nestjs/common';
import { mostSecrets, usesSecrets } from '../domain/application.js';
import { applicationErrors } from '../domain/application.errors.js';
import { Applications, type NewSecret, Secrets } from './applications.port.js';

/** Adds a secret beside the one in use, and takes the old one away: two may be valid meanwhile. */
@Injectable()
export class RotateApplicationSecret {
  constructor(
    private readonly applications: Applications,
    private readonly secrets: Secrets,
  ) {}

  async add(applicationId: string): Promise<NewSecret> {
    const fresh = this.secrets.newSecret();
    await this.applications.change(applicationId, (application) => {
      if (!usesSecrets(application)) throw applicationErrors('application.has-no-secrets');
      if (application.secrets.length >= mostSecrets) throw applicationErrors('application.too-many-secrets');
      return { ...application, secrets: [...application.secrets, fresh.secret] };
    });
    return fresh;
  }

  async delete(applicationId: string, secretId: string): Promise<void> {
    await this.applications.change(applicationId, (application) => {
      const left = application.secrets.filter(({ id }) => id !== secretId);
      if (left.length === application.secrets.length) throw applicationErrors('application.secret-not-found');
      if (left.length === 0 && usesSecrets(application)) throw applicationErrors('application.last-secret');
      return { ...application, secrets: left };
    });
  }
}
