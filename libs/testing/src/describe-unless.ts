type Title = (title: string, suite: () => void) => void;
type Jest = { describe: Title & { skip: Title }; it: (title: string, body: () => void) => void };

/**
 * `describe` for suites that need something of the machine. When it is missing the suite is skipped loudly, with the
 * reason in its title; with CI=true it fails.
 * @param missing what is missing, in words; undefined when it is there
 */
export function describeUnless(missing: string | undefined, title: string, suite: () => void): void {
  const { describe, it } = globalThis as unknown as Jest;
  if (missing === undefined) return describe(title, suite);
  process.stderr.write(`\n*** Skipped «${title}»: ${missing}. ***\n`);
  if (process.env['CI'] !== 'true') return describe.skip(`${title} [skipped: ${missing}]`, suite);
  describe(title, () =>
    it('has what it needs', () => {
      throw new Error(`It cannot run: ${missing}.`);
    }),
  );
}
