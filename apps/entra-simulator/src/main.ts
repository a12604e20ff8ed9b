import { readSettings } from './config.js';
import { startSimulator } from './simulator.js';

try {
  const simulator = await startSimulator(readSettings(process.env));
  console.log(`entra-simulator is ready at ${simulator.origin} (control API: ${simulator.origin}/_sim/docs)`);
  console.log(`certificate authority: ${simulator.caFile ?? 'in memory (set SIMULATOR_TLS_FOLDER to keep one)'}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void simulator.close().then(() => process.exit(0)));
  }
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  console.error(code === 'EADDRINUSE' ? 'The port is taken by another program; set SIMULATOR_PORT.' : message);
  process.exit(1);
}
