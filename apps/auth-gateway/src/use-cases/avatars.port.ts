/** Pictures that people keep somewhere for everybody to see. */
export abstract class Avatars {
  /** An https address of the picture, or null: there is none, or nobody answered in time. Never throws. */
  abstract find(email: string): Promise<string | null>;
}
