/** Hears, once each time it changes, whether the collector takes what we send. */
export type TracingNews = (state: 'delivered' | 'refused', reason?: string) => void;

export type Tracing = {
  /** Sends what is left, for two seconds at most, and turns tracing off. Never throws. */
  close(): Promise<void>;
};
