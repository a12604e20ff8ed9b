import { z } from 'zod';

/** A text to look for. No column holds a NUL, and Postgres refuses one even in a question. */
export const searchText = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => !text.includes('\0'), 'Contains a NUL character.');

/** Query of every list: `limit` 1–200 (50), `cursor` as the last answer's `next` gave it. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('How many at the most.'),
  cursor: searchText(500).optional().describe('The `next` of the page before.'),
};

/** The schema of a page of a list. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable().describe('Cursor of the next page; null at the end.') });

export type Page<Item> = { items: Item[]; next: string | null };

/** Cuts a page out of `limit + 1` fetched rows; the cursor is the key of the last row kept. */
export function toPage<Row, Item>(
  rows: Row[],
  limit: number,
  keyOf: (row: Row) => string,
  toItem: (row: Row) => Item,
): Page<Item> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return { items: kept.map(toItem), next: rows.length > limit && last !== undefined ? keyOf(last) : null };
}
