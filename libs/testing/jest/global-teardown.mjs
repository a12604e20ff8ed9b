/** Ends what the suites of this run have started. */
export default async function tearDown() {
  const run = globalThis.homerealmTestServers;
  if (!run) return;
  run.answers.close();
  await run.servers.close();
}
