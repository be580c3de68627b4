/** A value found in a document, and the keys that lead to it. */
export interface Picked {
  path: readonly string[];
  value: unknown;
}

/**
 * Reads one JSON object as it comes and gives the objects and strings whose path
 * is `wanted`; the rest is passed over, so that a document may be far larger than
 * the memory. What is wanted may depend on what was already given. The paths of
 * what lies inside a wanted value are not asked about.
 * @throws when the document ends before it is complete.
 */
export async function* pick(
  chunks: AsyncIterable<Uint8Array>,
  wanted: (path: readonly string[]) => boolean,
): AsyncGenerator<Picked> {
  const decoder = new TextDecoder();
  const scanner = scan(wanted);
  for await (const chunk of chunks) yield* scanner.take(decoder.decode(chunk, { stream: true }));
  if (!scanner.complete()) throw new Error('it ends in the middle');
}

/** A key, or a wanted value, of which the beginning has been seen. */
interface Begun {
  key: boolean;
  /** How many containers were open where it began. */
  depth: number;
  /** What of it was in earlier chunks, and where it goes on in this one. */
  before: string;
  from: number;
}

function scan(wanted: (path: readonly string[]) => boolean) {
  /** The open containers from the outermost inwards, and the key at which each stands. */
  const open: ('{' | '[')[] = [];
  const path: string[] = [];
  let begun: Begun | undefined;
  let expecting: 'key' | 'value' | undefined;
  let inString = false;
  let escaped = false;
  let started = false;

  // One value at a time: whoever asked for it may want others because of it.
  function* take(text: string): Generator<Picked> {
    for (let i = 0; i < text.length; i++) {
      const c = text[i] as string;
      if (escaped) escaped = false;
      else if (inString) {
        if (c === '\\') escaped = true;
        else if (c === '"') {
          inString = false;
          yield* end(text, i);
        }
      } else if (c === '"') {
        begin(i);
        inString = true;
      } else if (c === '{' || c === '[') {
        begin(i);
        started = true;
        open.push(c);
        path.push('');
        expecting = c === '{' ? 'key' : undefined;
      } else if (c === '}' || c === ']') {
        open.pop();
        path.pop();
        yield* end(text, i);
      } else if (c === ':') expecting = 'value';
      else if (c === ',') expecting = open.at(-1) === '{' ? 'key' : undefined;
    }
    if (begun) begun = { ...begun, before: begun.before + text.slice(begun.from), from: 0 };
  }

  function begin(from: number): void {
    const key = expecting === 'key';
    if (!begun && (key || (expecting === 'value' && wanted(path))))
      begun = { key, depth: open.length, before: '', from };
    expecting = undefined;
  }

  function* end(text: string, last: number): Generator<Picked> {
    if (begun?.depth !== open.length) return;
    const { key, before, from } = begun;
    begun = undefined;
    const value: unknown = JSON.parse(before + text.slice(from, last + 1));
    if (key) path[path.length - 1] = String(value);
    else yield { path: [...path], value };
  }

  return { take, complete: () => started && open.length === 0 };
}
