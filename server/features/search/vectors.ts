/**
 * Words as the vectors that Postgres keeps of them, made here: three times cheaper than to let the database take the
 * text apart, and what stands in the last line of a long text is found (SR5).
 */

/** From the heaviest to the lightest. */
export type Weight = 'A' | 'B' | 'C' | 'D';

/** Positions of a vector end at 16,383. */
const mostPositions = 15_000;
/** Of one word it keeps 255 places, and drops the others without a word. */
const mostPlaces = 250;
/** A vector holds 1 MB; a UTF-16 unit is at most three bytes of it. */
const mostUnits = 250_000;
/** Words that two vectors share, so that a phrase across their border is found. */
const overlap = 50;

/** Where a word stands in a vector, in the database's notation. */
interface Places {
  text: string;
  count: number;
}

/** Takes words in order and begins a new vector whenever one is full. */
export class VectorWriter {
  readonly #vectors: string[] = [];
  #places = new Map<string, Places>();
  #position = 0;
  #units = 0;
  /** The last words of the phrase that is being written. */
  #latest: readonly string[] = [];

  /** Adds to the phrase that is being written, if one is. */
  add(words: readonly string[], weight: Weight): void {
    const mark = weight === 'D' ? '' : weight;
    for (let at = 0; at < words.length; at += 1) {
      if (this.#put(words[at]!, mark)) continue;
      this.#turn();
      for (const word of this.#before(words, at)) this.#put(word, mark);
      this.#put(words[at]!, mark);
    }
    this.#latest = this.#before(words, words.length);
  }

  /** What follows is no neighbour of what precedes. */
  break(): void {
    this.#position += 1;
    this.#latest = [];
  }

  /** In the database's own notation; at least one, though it may be empty. */
  finish(): string[] {
    if (this.#places.size > 0 || this.#vectors.length === 0) this.#turn();
    return this.#vectors;
  }

  #before(words: readonly string[], at: number): readonly string[] {
    if (at >= overlap) return words.slice(at - overlap, at);
    return [...this.#latest, ...words.slice(0, at)].slice(-overlap);
  }

  #turn(): void {
    this.#vectors.push(toVector(this.#places));
    this.#places = new Map();
    this.#position = 0;
    this.#units = 0;
  }

  /** False when there is no room. */
  #put(word: string, mark: string): boolean {
    if (this.#position >= mostPositions || this.#units >= mostUnits) return false;
    const places = this.#places.get(word);
    if (places === undefined) {
      this.#position += 1;
      this.#units += word.length;
      this.#places.set(word, { text: `${this.#position}${mark}`, count: 1 });
      return true;
    }
    if (places.count >= mostPlaces) return false;
    this.#position += 1;
    places.text += `,${this.#position}${mark}`;
    places.count += 1;
    return true;
  }
}

/** Words are letters and digits, and ids begin with `#`: nothing in the quotes needs an escape. */
function toVector(places: ReadonlyMap<string, Places>): string {
  let vector = '';
  for (const [word, { text }] of places) vector += `'${word}':${text} `;
  return vector;
}
