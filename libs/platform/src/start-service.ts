import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance, FastifyServerFactory } from 'fastify';
import type { Logger } from 'pino';
import { AnswerInterceptor } from './answers.js';
import { BadSettings } from './config.js';
import { addDocs, describeApi } from './docs.js';
import { createLogger, NestLogger } from './logger.js';
import { addMetrics } from './metrics.js';
import { ProblemFilter } from './problem-filter.js';
import { Readiness } from './readiness.js';
import { inRequest, nameRoute, watchRequests } from './requests.js';
import type { ServiceSettings } from './service-settings.js';
import { startTracing, type Tracing } from './tracing/start-tracing.js';
import { validationPipe } from './validation.js';

export type ServiceOptions = {
  name: string;
  /** One sentence for the API docs. */
  says: string;
  module: Type | DynamicModule;
  settings: ServiceSettings;
  /** Takes requests before Nest does, by path. */
  serverFactory?: FastifyServerFactory;
  /** Anybody may call it: traces of callers are not continued. */
  isPublic?: boolean;
  /** Adds to the application before it starts. */
  configure?: (app: NestFastifyApplication) => void | Promise<void>;
  /** Connects the event transport; it is started after the HTTP server listens. */
  connect?: (app: NestFastifyApplication) => unknown;
  /** Takes the log lines instead of stdout. */
  logTo?: { write(line: string): void };
};

export type RunningService = {
  app: NestFastifyApplication;
  logger: Logger;
  /** Where it listens, for example `http://127.0.0.1:4100`. */
  url: string;
  /** Settles when the event transport has joined; `/readyz` says yes from then on. */
  ready: Promise<void>;
  /** Stops taking requests, finishes what is open, closes everything. */
  close(): Promise<void>;
};

/**
 * Starts a service with everything all services share: JSON logs, problem+json, validation, `/healthz`, `/readyz`,
 * `/metrics`, `/docs`. Does not touch process signals: see `runService`.
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { settings } = options;
  const logger = createLogger(options.name, settings.LOG_LEVEL, options.logTo);
  const app = await NestFactory.create<NestFastifyApplication>(options.module, adapterFor(options), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  watchRequests(app.getHttpServer() as Server, options);
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter(logger));
  app.useGlobalInterceptors(new AnswerInterceptor(app.get(Reflector)));
  addCommonRoutes(app, options, logger);
  await options.configure?.(app);
  options.connect?.(app);
  await app.listen(settings.PORT, settings.HOST);
  const ready = joinEvents(app, options.connect !== undefined);
  const url = await app.getUrl();
  logger.info({ url }, 'listening');
  return { app, logger, url, ready, close: () => app.close() };
}

function adapterFor({ settings, serverFactory }: ServiceOptions): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: 1_048_576,
    trustProxy: settings.TRUSTED_PROXIES ?? false,
    genReqId: () => randomUUID(),
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    ...(serverFactory && { serverFactory }),
  });
}

function addCommonRoutes(app: NestFastifyApplication, { name, says }: ServiceOptions, logger: Logger): void {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const readiness = app.get(Readiness, { strict: false });
  fastify.get('/healthz', async () => ({ status: 'up' }));
  fastify.get('/readyz', async (_request, reply) => {
    const report = await readiness.report();
    return reply.status(report.ready ? 200 : 503).send(report);
  });
  addMetrics(fastify);
  let document: OpenAPIObject | undefined;
  addDocs(fastify, () => (document ??= describeApi(app, name, says)), name);
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url !== undefined) nameRoute(request.raw, request.routeOptions.url);
    void reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer');
    done();
  });
  fastify.addHook('preValidation', (request, _reply, done) => inRequest(request.raw, done));
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, id: requestId } = request;
    const line = {
      requestId,
      method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      ms: reply.elapsedTime,
    };
    inRequest(request.raw, () => logger.debug(line, 'request'));
    done();
  });
}

/** HTTP answers at once; the service reports itself ready when the event transport has joined. */
async function joinEvents(app: NestFastifyApplication, connected: boolean): Promise<void> {
  if (!connected) return;
  let joined = false;
  app.get(Readiness, { strict: false }).add('events', () => {
    if (!joined) throw new Error('not joined yet');
  });
  await app.startAllMicroservices();
  joined = true;
}

/**
 * `startService` for `main.ts`: reads signals, says in plain words why it cannot start, and exits non-zero when the
 * event transport fails for good.
 */
export async function runService(options: () => ServiceOptions): Promise<void> {
  try {
    const given = options();
    const known: { logger?: Logger } = {};
    const tracing = await startTracing(given.name, given.settings, (state, reason) => {
      if (state === 'delivered') known.logger?.info('traces are delivered');
      else known.logger?.warn({ reason }, 'the collector does not take our traces');
    });
    const service = await startService(given);
    known.logger = service.logger;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(service, tracing));
    await service.ready;
    service.logger.info('ready');
  } catch (error) {
    process.stderr.write(`${inPlainWords(error)}\n`);
    process.exit(1);
  }
}

async function stop(service: RunningService, tracing: Tracing): Promise<void> {
  const deadline = setTimeout(() => process.exit(1), 15_000);
  deadline.unref();
  await service.close();
  await tracing.close();
  process.exit(0);
}

function inPlainWords(error: unknown): string {
  if (error instanceof BadSettings) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
