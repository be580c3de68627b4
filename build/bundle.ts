import { type BuildOptions, build, type Metafile } from 'esbuild';

/** What esbuild made: files by path relative to the output folder, and what they were made from. */
export interface Bundle {
  /** Code, sorted by path. */
  code: Map<string, Uint8Array>;
  /** Source maps, by the path of their code. */
  maps: Map<string, Uint8Array>;
  /** Source files, relative to the root. */
  inputs: string[];
  /** Bytes that are loaded before the entry runs: the entry and what it imports statically. */
  staticBytes: number;
  /** The source files of which something is in those bytes. */
  staticInputs: string[];
}

/** CommonJS packages that are bundled into an ES module ask for Node's own modules by `require`. */
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/**
 * Bundles one entry point with all it needs into ES modules; dynamic imports
 * stay chunks of their own, loaded when asked for.
 * @param entry by its name in the output: `{ 'index.mjs': 'functions/deploy/shift.ts' }`
 * @throws esbuild's BuildFailure, which it has printed
 */
export async function bundle(root: string, entry: { out: string; source: string }, target: string): Promise<Bundle> {
  const extension = entry.out.slice(entry.out.lastIndexOf('.'));
  const options = {
    absWorkingDir: root,
    entryPoints: { [entry.out.slice(0, -extension.length)]: entry.source },
    outdir: 'out',
    outExtension: { '.js': extension },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    // Most of the SDK has both; its ES modules are what can be shaken and split.
    mainFields: ['module', 'main'],
    target,
    minify: true,
    legalComments: 'none',
    sourcemap: 'external',
    metafile: true,
    write: false,
    logLevel: 'warning',
  } as const satisfies BuildOptions;

  const plain = await build(options);
  const made = asksForRequire(plain.metafile) ? await build({ ...options, banner: { js: REQUIRE } }) : plain;
  const files = made.outputFiles
    .map(({ path, contents }) => [path.slice(path.indexOf('/out/', root.length) + '/out/'.length), contents] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    code: new Map(files.filter(([path]) => !path.endsWith('.map'))),
    maps: new Map(files.filter(([path]) => path.endsWith('.map'))),
    inputs: Object.keys(made.metafile.inputs).sort(),
    ...loadedFirst(made.metafile, `out/${entry.out}`),
  };
}

const asksForRequire = ({ outputs }: Metafile) =>
  Object.values(outputs).some(({ imports }) =>
    imports.some(({ kind, external }) => kind === 'require-call' && external),
  );

/** What is loaded before the entry runs: the entry and what it imports statically. */
function loadedFirst({ outputs }: Metafile, entry: string): Pick<Bundle, 'staticBytes' | 'staticInputs'> {
  const loaded = new Set<string>();
  const load = (path: string) => {
    const output = outputs[path];
    if (!output || loaded.has(path)) return;
    loaded.add(path);
    for (const { kind, path: next } of output.imports) if (kind === 'import-statement') load(next);
  };
  load(entry);
  const first = [...loaded].flatMap((path) => outputs[path] ?? []);
  const inputs = first.flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  return { staticBytes: first.reduce((sum, { bytes }) => sum + bytes, 0), staticInputs: [...new Set(inputs)].sort() };
}
