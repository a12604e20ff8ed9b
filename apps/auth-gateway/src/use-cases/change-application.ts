import { Injectable } from '@nestjs/common';
import { type Application, type ApplicationSettings, checkApplication } from '../domain/application.js';
import { Applications, Secrets } from './applications.port.js';

/** Changes settings of an application. Its type never changes: too much rests on it. */
@Injectable()
export class ChangeApplication {
  constructor(
    private readonly applications: Applications,
    private readonly secrets: Secrets,
  ) {}

  execute(id: string, wanted: Partial<Omit<ApplicationSettings, 'type'>>): Promise<Application> {
    return this.applications.change(id, (application) => {
      const changed = { ...application, ...wanted, updatedAt: this.secrets.now() };
      checkApplication(changed);
      return changed;
    });
  }
}
