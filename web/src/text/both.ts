// The words of a part of the console in both languages, beside each other. Never lets one of them lack a key.

/** The shape of a catalogue: the same keys, any words. */
export type Shape<T> = { [K in keyof T]: T[K] extends string ? string : Shape<T[K]> };

/** Words in both languages. */
export function both<T extends object>(zhCN: T, en: Shape<T>): { zhCN: T; en: Shape<T> } {
  return { zhCN, en };
}
