import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';

const assets: Record<string, string> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
};

/** Builds the OpenAPI 3.1 document of a service from its routes and schemas. */
export function describeApi(app: INestApplication, name: string, says: string): OpenAPIObject {
  const head = new DocumentBuilder()
    .setTitle(`Homerealm ${name}`)
    .setDescription(says)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  return SwaggerModule.createDocument(app, head, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
}

/** Serves the document at `/docs-json` and a page that draws it at `/docs`. */
export function addDocs(fastify: FastifyInstance, document: () => OpenAPIObject, name: string): void {
  fastify.get('/docs-json', async (_request, reply) => reply.type('application/json').send(document()));
  fastify.get('/docs', async (_request, reply) =>
    reply
      .type('text/html')
      .header('content-security-policy', "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:")
      .send(page(name)),
  );
  fastify.get('/docs/start.js', async (_request, reply) => reply.type('text/javascript').send(start));
  for (const [file, type] of Object.entries(assets)) {
    fastify.get(`/docs/${file}`, async (_request, reply) => reply.type(type).send(await readAsset(file)));
  }
}

async function readAsset(file: string): Promise<Buffer> {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  return readFile(join(folder, file));
}

const page = (name: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Homerealm ${name} API</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body><div id="api"></div><noscript>The document itself: <a href="docs-json">docs-json</a></noscript>
<script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script></body></html>`;

const start = `SwaggerUIBundle({ url: 'docs-json', dom_id: '#api', deepLinking: true });`;
