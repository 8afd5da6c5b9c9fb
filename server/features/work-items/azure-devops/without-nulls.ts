/** What the service does not say is left out of an answer, not sent as null (PU1). */
type Said<T> = { [K in keyof T as null extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as null extends T[K] ? K : never]?: NonNullable<T[K]>;
};

export const withoutNulls = <T extends object>(facts: T): Said<T> =>
  Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== null && value !== undefined),
  ) as Said<T>;
