import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a server that must not outlive us, however we end: the shell in between waits for the end of its standard
 * input, which the system closes even when we are killed. A group of its own keeps Ctrl-C away from the server, so
 * that its users can finish first.
 */
const script = `
exec 3<&0
signal=$1; folder=$2; shift 2
"$@" </dev/null 3<&- & server=$!
echo "leash $server"
( cat <&3 >/dev/null; tries=0
  [ -z "$folder" ] || touch "$folder/.ends"
  while kill -s "$signal" $server; do sleep 1; tries=$((tries + 1)); [ $tries -lt 20 ] || signal=KILL; done
) 2>/dev/null & watch=$!
wait $server; code=$?
kill $watch 2>/dev/null
if [ -n "$folder" ] && [ -e "$folder/.ends" ]; then rm -rf "$folder"; fi
exit $code
`;

export type LeashOptions = {
  command: string;
  args: string[];
  /** How the server is asked to end. */
  signal: 'INT' | 'TERM' | 'KILL';
  /** Deleted when the server was asked to end; kept when it crashed or was killed. */
  folder?: string | undefined;
  cwd?: string;
  uid?: number | undefined;
  gid?: number | undefined;
  /** Hears every line the server writes. */
  onLine: (line: string) => void;
};

export type Leashed = {
  pid: number;
  exited: Promise<unknown>;
  /** From now on the running server does not keep our process alive. */
  letGo(): void;
  /** Asks it to end, and waits for that. */
  end(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
};

/** Starts a server on a leash; resolves when its process runs, which is before it is ready. */
export async function leash(options: LeashOptions): Promise<Leashed> {
  const { command, args, signal, folder = '', cwd, uid, gid } = options;
  const child = spawn('/bin/sh', ['-c', script, 'leash', signal, folder, command, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    ...(cwd === undefined ? {} : { cwd }),
    ...(uid === undefined || gid === undefined ? {} : { uid, gid }),
  });
  const exited = once(child, 'exit');
  child.stdin.on('error', () => {});
  const pid = await new Promise<number>((found, failed) => {
    const listen = (line: string) => {
      const [, number] = /^leash (\d+)$/.exec(line) ?? [];
      if (number) found(Number(number));
      else options.onLine(line);
    };
    eachLine(child.stdout, listen);
    eachLine(child.stderr, listen);
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`${command} ended at once (${String(code)})`)));
  });
  const gone = async (cause: () => void) => {
    child.ref();
    cause();
    await exited;
    child.stdin.end();
  };
  return {
    pid,
    exited,
    letGo: () => letGo(child),
    end: () => gone(() => child.stdin.end()),
    kill: () => gone(() => child.exitCode ?? process.kill(pid, 'SIGKILL')),
  };
}

function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as { unref?: () => void } | null)?.unref?.();
}

function eachLine(stream: NodeJS.ReadableStream, listen: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(listen);
  });
}
