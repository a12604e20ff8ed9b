/**
 * Shows that a long step is going on: one line that is rewritten on a terminal, a line every ten seconds elsewhere.
 * `detail` is asked for a few words each time.
 */
export function startProgress(title, detail = () => '', stream = process.stdout) {
  const started = Date.now();
  const terminal = stream.isTTY;
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const draw = () => {
    const words = [seconds(), detail()].filter(Boolean).join(', ');
    stream.write(terminal ? `\r\u001b[2K${title} … ${words}` : `  … ${words}\n`);
  };
  stream.write(terminal ? `${title} …` : `${title} …\n`);
  const timer = setInterval(draw, terminal ? 500 : 10_000);
  timer.unref();
  return {
    end(word) {
      clearInterval(timer);
      stream.write(terminal ? `\r\u001b[2K${title}: ${word} (${seconds()})\n` : `  ${word} (${seconds()})\n`);
    },
  };
}
