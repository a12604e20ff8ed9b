import pg from 'pg';
import {
  environment,
  register,
  relyingParty,
  signIn,
  startGateway,
  transactions,
} from '../../fixtures/provider-under-test.js';

/** What a whole sign-in costs here: authorize, return, code for tokens. */
describe('database transactions of a sign-in', () => {
  it('are few', async () => {
    const env = await environment();
    const ofRun = async (signIns: number, lasting = 0): Promise<{ total: number; took: number }> => {
      const began = performance.now();
      const gateway = await startGateway(env);
      const app = await register(gateway.issuer, {});
      const rp = await relyingParty(gateway.issuer, app);
      for (let count = 0; count < signIns; count++) await signIn(gateway.issuer, rp, app);
      const took = performance.now() - began;
      // What the service does by itself goes by the time: both runs take the same.
      await new Promise((resume) => setTimeout(resume, Math.max(0, lasting - took)));
      await gateway.close();
      // The counters of a connection are complete once it is closed.
      const pool = new pg.Pool({ connectionString: env['DATABASE_URL'], max: 1 });
      const total = await transactions(pool);
      await pool.end();
      return { total, took };
    };
    const before = await ofRun(1);
    const many = await ofRun(41);
    const one = await ofRun(1, many.took);
    const each = (many.total - before.total - (one.total - many.total)) / 40;
    process.stdout.write(`\ntransactions of a sign-in in the gateway's provider half: ${each}\n`);
    expect(each).toBeLessThan(5);
  });
});
