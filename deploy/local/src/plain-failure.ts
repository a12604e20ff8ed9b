/** A failure whose message is meant for the person at the terminal: no stack trace is shown. */
export class PlainFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PlainFailure';
  }
}
