import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Histogram, register } from 'prom-client';

let durations: Histogram | undefined;

/** Adds `/metrics` and measures every request by route template; nothing of the address itself is a label. */
export function addMetrics(fastify: FastifyInstance): void {
  if (durations === undefined) {
    collectDefaultMetrics();
    durations = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the first byte in to the last byte out.',
      labelNames: ['method', 'route', 'status'],
    });
  }
  const histogram = durations;
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    histogram.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
  fastify.get('/metrics', async (_request, reply) => reply.type(register.contentType).send(await register.metrics()));
}
