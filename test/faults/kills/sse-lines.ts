/** Cuts a stream of text into the frames of Server-Sent Events. */

export interface Frame {
  readonly event: string;
  readonly id: string | null;
  readonly data: string;
}

export class EventSourceParser {
  #rest = '';

  /** Frames that are whole by now; comments are none. */
  push(text: string): Frame[] {
    this.#rest += text;
    const blocks = this.#rest.split('\n\n');
    this.#rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => {
      const fields = new Map(block.split('\n').map((line) => cutField(line)));
      const data = fields.get('data');
      return data === undefined
        ? []
        : [{ event: fields.get('event') ?? 'message', id: fields.get('id') ?? null, data }];
    });
  }
}

function cutField(line: string): readonly [string, string] {
  const at = line.indexOf(': ');
  return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 2)];
}
