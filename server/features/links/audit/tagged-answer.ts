/** A page of an audit, tagged by the whole set of links that it is a page of (AU4). */
import { Slices } from '../../../http/slices.ts';

export class TaggedAnswer extends Slices {
  readonly #tag: string;

  constructor(value: unknown, tag: string) {
    super();
    this.#tag = tag;
    this.append(JSON.stringify(value));
  }

  override toEtag(): string {
    return `W/"${this.#tag}"`;
  }
}
