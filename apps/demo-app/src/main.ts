import { readSettings } from './config.js';
import { followEvents } from './feed/follow-events.js';
import { createDemoServer } from './server.js';

try {
  const settings = readSettings(process.env);
  const server = createDemoServer(settings, followEvents(settings));
  server.on('error', (problem) => fail(problem));
  server.listen(settings.port, settings.host, () => process.stdout.write(`demo app: ${settings.baseUrl}\n`));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
} catch (problem) {
  fail(problem);
}

function fail(problem: unknown): never {
  process.stderr.write(`${(problem as Error).message}\n`);
  process.exit(1);
}
