import { StartedTestRun, type TestReport } from '@homerealm/contracts';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { signInErrors } from '../domain/sign-in.errors.js';
import type { ServiceTokens } from '../use-cases/service-tokens.port.js';
import { TestRuns } from '../use-cases/test-runs.port.js';
import { type OwnAnswer, OwnService, type OwnServiceOptions } from './own-service.js';

/** Asks the connection registry for test runs. Neither question is repeated: a ticket serves once. */
@Injectable()
export class RegistryClient extends TestRuns implements OnApplicationShutdown {
  private readonly registry: OwnService;

  constructor(
    private readonly tokens: ServiceTokens,
    options: OwnServiceOptions,
  ) {
    super();
    this.registry = new OwnService(options);
  }

  async start(testRunId: string, ticket: string): Promise<StartedTestRun | null> {
    const { status, text } = await this.post(testRunId, 'start', { ticket });
    if (status >= 400 && status < 500) return null;
    return StartedTestRun.parse(JSON.parse(text));
  }

  async report(testRunId: string, report: TestReport): Promise<boolean> {
    const { status } = await this.post(testRunId, 'report', report);
    return status < 300;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.registry.close();
  }

  /** A refusal by the registry is an answer, except where it does not believe us. */
  private async post(testRunId: string, step: 'start' | 'report', body: unknown): Promise<OwnAnswer> {
    const call = { service: 'connection-registry', method: 'POST', route: `/test-runs/:testRunId/${step}` };
    const path = `/test-runs/${encodeURIComponent(testRunId)}/${step}`;
    try {
      const answer = await this.registry.post(call, path, body, await this.tokens.tokenFor('test-runs:run'));
      const { status } = answer;
      if (status >= 500 || status === 401 || status === 403) throw new Error(`status ${status}`);
      return answer;
    } catch (error) {
      throw signInErrors('registry.unavailable', { reason: error instanceof Error ? error.name : 'unknown' });
    }
  }
}
