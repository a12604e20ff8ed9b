/** Asks the service in this container whether it is alive; the container engine reads the exit code. */
const port = process.env.PORT;
try {
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(2500) });
  process.exit(answer.ok ? 0 : 1);
} catch {
  process.exit(1);
}
