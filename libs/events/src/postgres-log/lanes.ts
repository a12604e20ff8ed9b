/** Lets only so many pieces of work run at a time; the others wait in the order they came. */
export class Lanes {
  private readonly queue: (() => void)[] = [];

  constructor(private free: number) {}

  run = async <T>(work: () => Promise<T>): Promise<T> => {
    if (this.free === 0) await new Promise<void>((go) => this.queue.push(go));
    else this.free--;
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.free++;
    }
  };
}
