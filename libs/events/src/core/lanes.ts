/** Shares work out to lanes: what has the same key stays in one lane, in order. */
export function intoLanes<Item>(items: readonly Item[], keyOf: (item: Item) => string, most: number): Item[][] {
  const lanes: Item[][] = [];
  const laneOf = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    let lane = laneOf.get(key);
    if (!lane) {
      lane = lanes.length < most ? addTo(lanes) : (lanes[laneOf.size % most] ?? addTo(lanes));
      laneOf.set(key, lane);
    }
    lane.push(item);
  }
  return lanes;
}

function addTo<Item>(lanes: Item[][]): Item[] {
  const lane: Item[] = [];
  lanes.push(lane);
  return lane;
}

/** Lets so many work at a time; the others wait for their turn. */
export class Slots {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  use = async <T>(work: () => Promise<T>): Promise<T> => {
    if (this.free > 0) this.free--;
    else await new Promise<void>((go) => this.waiting.push(go));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  };
}

/** Tells how far a batch is done without a hole, while lanes finish in any order. */
export class Progress<Item> {
  private readonly finished = new Set<Item>();
  private next = 0;

  constructor(
    private readonly items: readonly Item[],
    private readonly done: (item: Item) => void,
  ) {}

  finish(item: Item): void {
    this.finished.add(item);
    for (let first = this.items[this.next]; first !== undefined && this.finished.has(first);) {
      this.finished.delete(first);
      this.done(first);
      first = this.items[++this.next];
    }
  }

  get isWhole(): boolean {
    return this.next === this.items.length;
  }
}
