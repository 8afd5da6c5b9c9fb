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

/** Takes words in order and begins a new vector whenever one is full. */
export class VectorWriter {
  readonly #vectors: string[] = [];
  #places = new Map<string, string[]>();
  #position = 0;
  #units = 0;
  /** The last words of what is being written, for the vector that follows. */
  #latest: string[] = [];

  /** Adds to the phrase that is being written, if one is. */
  add(words: readonly string[], weight: Weight): void {
    for (const word of words) {
      if (!this.#put(word, weight)) {
        this.#turn(weight);
        this.#put(word, weight);
      }
      this.#latest.push(word);
      if (this.#latest.length >= 2 * overlap) this.#latest.splice(0, overlap);
    }
  }

  /** What follows is no neighbour of what precedes. */
  break(): void {
    this.#position += 1;
    this.#latest = [];
  }

  /** In the database's own notation; at least one, though it may be empty. */
  finish(): string[] {
    if (this.#places.size > 0 || this.#vectors.length === 0) this.#vectors.push(toVector(this.#places));
    this.#places = new Map();
    return this.#vectors;
  }

  #turn(weight: Weight): void {
    this.#vectors.push(toVector(this.#places));
    this.#places = new Map();
    this.#position = 0;
    this.#units = 0;
    for (const word of this.#latest.slice(-overlap)) this.#put(word, weight);
  }

  /** False when there is no room. */
  #put(word: string, weight: Weight): boolean {
    if (this.#position >= mostPositions || this.#units >= mostUnits) return false;
    let places = this.#places.get(word);
    if (places === undefined) {
      this.#places.set(word, (places = []));
      this.#units += word.length;
    }
    if (places.length >= mostPlaces) return false;
    this.#position += 1;
    places.push(weight === 'D' ? `${this.#position}` : `${this.#position}${weight}`);
    return true;
  }
}

/** Words are letters and digits, and ids begin with `#`: nothing in the quotes needs an escape. */
function toVector(places: ReadonlyMap<string, readonly string[]>): string {
  const lexemes: string[] = [];
  for (const [word, at] of places) lexemes.push(`'${word}':${at.join(',')}`);
  return lexemes.join(' ');
}
