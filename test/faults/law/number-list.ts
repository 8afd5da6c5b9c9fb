/** Many whole numbers in little memory: what a reader has seen in an hour. */
const chunkSize = 65_536;

export class NumberList implements Iterable<number> {
  readonly #chunks: Int32Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    const place = this.#length % chunkSize;
    if (place === 0) this.#chunks.push(new Int32Array(chunkSize));
    this.#chunks.at(-1)![place] = value;
    this.#length += 1;
  }

  at(index: number): number | undefined {
    return index < this.#length ? this.#chunks[Math.floor(index / chunkSize)]![index % chunkSize] : undefined;
  }

  *[Symbol.iterator](): Generator<number> {
    for (let index = 0; index < this.#length; index++) yield this.at(index)!;
  }

  static of(values: Iterable<number>): NumberList {
    const list = new NumberList();
    for (const value of values) list.push(value);
    return list;
  }
}
