import { loadManifest } from '../../shared/manifest/load.ts';
import { parse } from '../../shared/manifest/parse.ts';
import { readText } from '../../shared/manifest/text.ts';
import type { Node } from '../../shared/manifest/tree.ts';
import { encode } from './samples.ts';
import { REFUSED, suite } from './yaml-suite.ts';

const CASES = suite();
const WRONG = CASES.filter(({ tree }) => tree === undefined);
const RIGHT = CASES.flatMap(({ tree, ...one }) => (tree === undefined ? [] : [{ ...one, tree }]));

const refusals = new Map(REFUSED.flatMap(({ codes, ids }) => ids.split(' ').map((id) => [id, codes] as const)));

/** As `loadManifest` reads, before anything is asked about what it means. */
function read(yaml: string) {
  const { text, findings } = readText(encode(yaml));
  return findings.length > 0 ? { findings } : parse(text);
}

/** What a tree says: text, lists, and sections as lists of pairs. Nothing, `null` and `~` are all the same. */
type Said = string | null | Said[] | { pairs: [Said, Said][] };

function saidBy(node: Node | undefined): Said {
  if (node?.kind === 'scalar') return node.text;
  if (node?.kind === 'list') return node.items.map(saidBy);
  if (node?.kind !== 'mapping') return null;
  return { pairs: [...node.entries].map(([key, { value }]) => [key, saidBy(value)]) };
}

/** The same of the suite's events, for documents without anchors and tags. */
function saidIn(tree: string): Said {
  const events = tree.split('\n').map((event) => event.trimStart());
  let next = events.findIndex((event) => event.startsWith('+DOC')) + 1;
  const take = (): Said => {
    const event = events[next++] ?? '';
    const many = <Item>(end: string, one: () => Item): Item[] => {
      const items: Item[] = [];
      while (!events[next]?.startsWith(end)) items.push(one());
      next++;
      return items;
    };
    if (event.startsWith('+SEQ')) return many('-SEQ', take);
    if (event.startsWith('+MAP')) return { pairs: many('-MAP', () => [take(), take()]) };
    const [, style, text] = /^=VAL ([:"'|>])(.*)$/.exec(event) ?? [];
    if (text === undefined) throw new Error(`${event} is not understood`);
    return style === ':' && /^(?:null|~)?$/.test(text) ? null : text.replace(/\\(.)/g, (_, one) => ESCAPED[one] ?? one);
  };
  return take();
}

const ESCAPED: Record<string, string> = { n: '\n', t: '\t', b: '\b', r: '\r' };

describe('the YAML test suite', () => {
  it('is here in full, and every exception is one of its cases', () => {
    expect(CASES).toHaveLength(402);
    expect(WRONG).toHaveLength(94);
    const ids = RIGHT.map(({ id }) => id);
    expect([...refusals.keys()].filter((id) => !ids.includes(id))).toEqual([]);
  });

  it.each(WRONG)('$id, $what: is no YAML, and is refused', ({ yaml }) => {
    expect(read(yaml).findings).not.toEqual([]);
  });

  const taken = RIGHT.filter(({ id }) => !refusals.has(id));
  it.each(taken)('$id, $what: is read as what it says', ({ yaml, tree }) => {
    const { root, findings } = read(yaml) as ReturnType<typeof parse>;
    expect(findings).toEqual([]);
    expect(saidBy(root)).toEqual(saidIn(tree));
  });

  const refused = REFUSED.flatMap(({ why, ids }) => ids.split(' ').map((id) => ({ id, why })));
  it.each(refused)('$id is refused: $why', ({ id }) => {
    const codes = read(CASES.find((one) => one.id === id)?.yaml ?? '').findings.map(({ code }) => code);
    expect([...new Set(codes)].sort()).toEqual(refusals.get(id));
  });

  it('holds no manifest: each case is answered within a second, with problems that have a place', () => {
    for (const { id, yaml } of CASES) {
      const before = performance.now();
      const loaded = loadManifest(encode(yaml), 'pilot.yaml');
      expect([id, performance.now() - before < 1000]).toEqual([id, true]);
      expect([id, loaded.ok]).toEqual([id, false]);
      if (!loaded.ok)
        expect([
          id,
          loaded.problems.every(({ place }) => place?.line !== undefined && place.column !== undefined),
        ]).toEqual([id, true]);
    }
  });
});
