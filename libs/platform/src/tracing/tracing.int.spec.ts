import { jest } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Body, Controller, Get, HttpException, Injectable, Module, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { defineConfig } from '../config.js';
import { PlatformModule } from '../platform.module.js';
import { type RunningService, startService } from '../start-service.js';
import { tracingSettings } from './settings.js';
import { callOwn, callProvider, tellAttempt, traceIds } from './spans.js';
import { startTracing, type Tracing, type TracingNews } from './start-tracing.js';

type SentSpan = {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: object }[];
};

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

@Injectable()
class Calls {
  own = (route: string) => callOwn({ service: 'other', method: 'GET', route }, (headers) => Promise.resolve(headers));
}

@Controller('things')
class ThingsController {
  constructor(private readonly calls: Calls) {}

  @Get(':id')
  async read(@Param('id') id: string) {
    if (id === 'broken') throw new HttpException('canary', 500);
    tellAttempt('attempt_1');
    return {
      own: await this.calls.own('/others'),
      provider: await callProvider('ask', 'entra', async () => traceIds()),
    };
  }

  @Post()
  make(@Body({ schema: z.object({ name: z.string() }) }) _thing: object) {
    return traceIds();
  }
}

/** Takes spans, or refuses them. */
class TestCollector {
  readonly spans: SentSpan[] = [];
  readonly headers: NodeJS.Dict<string | string[]>[] = [];
  status = 200;

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.headers.push(request.headers);
        const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as {
          resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[];
        };
        this.spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
        response.writeHead(this.status, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  static async start(): Promise<TestCollector> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return new TestCollector(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  named = (name: string) => this.spans.filter((span) => span.name === name);

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const lines: string[] = [];

function startThings(isPublic: boolean): Promise<RunningService> {
  const settings = { PORT: 0, HOST: '127.0.0.1', LOG_LEVEL: 'debug', ISSUER: 'http://127.0.0.1:1' };
  @Module({ imports: [PlatformModule.for(settings)], controllers: [ThingsController], providers: [Calls] })
  class AppModule {}
  const logTo = { write: (line: string) => void lines.push(line) };
  return startService({ name: 'things', says: 'Things.', module: AppModule, settings, isPublic, logTo });
}

const openTracing = (endpoint: string | undefined, hears: TracingNews = () => {}, headers?: Record<string, string>) =>
  startTracing('things', { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers }, hears);

const get = async (service: RunningService, path: string) =>
  (await fetch(service.url + path, { headers: { traceparent } })).json() as Promise<{
    own: Record<string, string>;
    provider: { traceId?: string };
  }>;

describe('a service that no collector was named to', () => {
  it('answers without a trace, and passes none on', async () => {
    const [service, tracing] = [await startThings(false), await openTracing(undefined)];
    expect(await get(service, '/things/a')).toEqual({ own: {}, provider: {} });
    await service.close();
    await tracing.close();
  });
});

describe('a service with a collector', () => {
  let collector: TestCollector;
  let tracing: Tracing;
  let service: RunningService;

  beforeAll(async () => {
    collector = await TestCollector.start();
    tracing = await openTracing(`${collector.url}/`, () => {}, { 'x-key': 'canary' });
    service = await startThings(false);
    await get(service, '/things/a?code=canary&state=canary');
    await get(service, '/things/broken');
    await fetch(`${service.url}/healthz`);
    const body = { method: 'POST', body: '{"name":"a"}', headers: { 'content-type': 'application/json', traceparent } };
    expect(await (await fetch(`${service.url}/things`, body)).json()).toMatchObject({ traceId });
    const open = await startThings(true);
    await get(open, '/things/of-the-public');
    await Promise.all([service.close(), open.close()]);
    await tracing.close();
  });

  afterAll(() => collector.stop());

  const [server, client] = ['GET /things/:id', 'GET other/others'];

  it('goes on with its caller’s trace, and hands it to services of ours', () => {
    const [span] = collector.named(server);
    expect(span).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331' });
    expect(collector.named(client)[0]).toMatchObject({ traceId, parentSpanId: span?.spanId });
  });

  it('begins a trace of its own where anybody may call', () => {
    const last = collector.named(server).at(-1);
    expect(last?.traceId).not.toBe(traceId);
    expect(last?.parentSpanId ?? '').toBe('');
  });

  it('says route, status and attempt of a request, and nothing else', () => {
    const attributes = collector.named(server)[0]?.attributes.map(({ key, value }) => [key, Object.values(value)[0]]);
    expect(attributes?.sort()).toEqual([
      ['homerealm.attempt_id', 'attempt_1'],
      ['http.request.method', 'GET'],
      ['http.response.status_code', 200],
      ['http.route', '/things/:id'],
    ]);
    expect(JSON.stringify(collector.spans)).not.toMatch(/canary|healthz/);
  });

  it('writes the trace into log lines', () => {
    const requests = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === 'request');
    expect(requests.filter((line) => line['traceId'] === traceId).length).toBeGreaterThanOrEqual(3);
  });

  it('shows the collector what it wants to see', () => {
    expect(new Set(collector.headers.map((headers) => headers['x-key']))).toEqual(new Set(['canary']));
  });
});

describe('a collector that does not take them', () => {
  it.each([
    ['refuses', 401],
    ['is gone', 0],
  ])('%s: requests are answered, it is told once, and only the kind of it', async (_how, status) => {
    const collector = await TestCollector.start();
    collector.status = status;
    const { port } = new URL(collector.url);
    if (status === 0) await collector.stop();
    const heard: unknown[][] = [];
    const said = [jest.spyOn(process.stdout, 'write'), jest.spyOn(process.stderr, 'write')];
    const endpoint = `http://user:canary-password@127.0.0.1:${port}`;
    const tracing = await openTracing(endpoint, (...news) => heard.push(news), { 'x-key': 'canary-key' });
    const service = await startThings(false);
    for (let round = 0; round < 3; round++)
      expect((await get(service, '/things/a')).own['traceparent']).toContain(traceId);
    await service.close();
    const before = Date.now();
    await tracing.close();
    expect(Date.now() - before).toBeLessThan(4_500);
    const written = said.flatMap(({ mock }) => mock.calls.map(String));
    for (const spy of said) spy.mockRestore();
    if (status !== 0) await collector.stop();
    if (status !== 0) expect(heard).toEqual([['refused', '401']]);
    const text = JSON.stringify([heard, lines, ...written]);
    expect(text).not.toMatch(/canary-/);
  });
});

describe('the settings', () => {
  const config = defineConfig(tracingSettings);

  it('take headers as OpenTelemetry writes them', () => {
    const read = config.read({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20YTpi, x-scope=a=b' });
    expect(read.OTEL_EXPORTER_OTLP_HEADERS).toEqual({ authorization: 'Basic YTpi', 'x-scope': 'a=b' });
    expect(read.OTEL_TRACES_SAMPLER_ARG).toBe(1);
  });

  it.each(['canary', 'a=%canary'])('refuse %s without repeating it', (given) => {
    const read = () => config.read({ OTEL_EXPORTER_OTLP_HEADERS: given });
    expect(read).toThrow('OTEL_EXPORTER_OTLP_HEADERS: is a list of name=value');
    expect(read).not.toThrow('canary');
  });
});
