/** What delivery needs of the program around it, and no more. */

export interface StreamClock {
  /** Milliseconds that only ever grow. */
  monotonicMs(): number;
}

export interface StreamLog {
  warn(fields: object, message: string): void;
}
