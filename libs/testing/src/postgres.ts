export type PostgresOptions = {
  /** Where the data lives. Left out: a temporary folder that is deleted at the end. */
  dataDir?: string;
  /** Left out: a free one. */
  port?: number;
  /** Trade crash safety for speed. By default only for temporary data. */
  unsafe?: boolean;
};

export type RunningPostgres = {
  port: number;
  pid: number;
  /** Connection URL of a database of this server. */
  url(database: string): string;
  /** Creates the database if it is missing, and gives its URL. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
};

/** Starts a real PostgreSQL server on 127.0.0.1, as root or as an ordinary user. It ends with this process. */
export async function startPostgres(options: PostgresOptions = {}): Promise<RunningPostgres> {
  throw new Error(`not ready: ${JSON.stringify(options)}`);
}
