/** Reads Prometheus text as its specification says, and refuses what it does not allow. */

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly ReadSample[];
}

export interface ReadSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('The last line must end with a line feed');
  const families = new Map<string, Family & { samples: ReadSample[] }>();
  let current: (Family & { samples: ReadSample[] }) | undefined;
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const help = /^# HELP ([a-zA-Z_:][\w:]*) (.+)$/.exec(line);
    if (help !== null) {
      const [, name = '', words = ''] = help;
      if (families.has(name)) throw new Error(`${name} comes twice`);
      current = { name, help: words, type: '', samples: [] };
      families.set(name, current);
      continue;
    }
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (current === undefined) throw new Error(`Before any HELP: ${line}`);
    if (type !== null) {
      current = { ...current, type: type[2] ?? '' };
      families.set(current.name, current);
      continue;
    }
    current.samples.push(parseSample(line));
  }
  return families;
}

function parseSample(line: string): ReadSample {
  const [, name, , block = '', number] =
    /^([a-zA-Z_:][\w:]*)(\{((?:[a-zA-Z_]\w*="(?:[^"\\]|\\.)*",?)*)\})? (\S+)$/.exec(line) ?? [];
  if (name === undefined || number === undefined) throw new Error(`Not a sample: ${line}`);
  const pairs = block.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g);
  const labels = Object.fromEntries([...pairs].map(([, label = '', value = '']) => [label, unescape(value)]));
  return { name, labels, value: toNumber(number, line) };
}

const unescape = (text: string): string =>
  text.replaceAll(/\\(.)/g, (_match, letter: string) => (letter === 'n' ? '\n' : letter));

function toNumber(text: string, line: string): number {
  if (text === '+Inf') return Infinity;
  const value = Number(text);
  if (Number.isNaN(value)) throw new Error(`Not a number: ${line}`);
  return value;
}

/** The only value of a family with these labels. */
export function valueOf(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Record<string, string> = {},
): number | undefined {
  return families
    .get(name)
    ?.samples.find((sample) =>
      Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    )?.value;
}
