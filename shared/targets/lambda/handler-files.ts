/**
 * The files in a zip of which one has to be there, so that the handler can be
 * found; undefined where a runtime finds it in ways that names do not tell.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html, …/python-handler.html, …/ruby-handler.html,
 * …/csharp-handler.html, …/runtimes-provided.html
 */
export function handlerFiles(runtime: string, handler: string): string[] | undefined {
  if (runtime.startsWith('provided')) return ['bootstrap'];
  if (runtime.startsWith('nodejs')) return ['.js', '.mjs', '.cjs'].map((ending) => beforeFirstDot(handler) + ending);
  if (runtime.startsWith('ruby')) return [`${beforeFirstDot(handler)}.rb`];
  if (runtime.startsWith('dotnet') && handler.includes('::')) return [`${handler.slice(0, handler.indexOf('::'))}.dll`];
  if (runtime.startsWith('python')) {
    const module = handler.slice(0, Math.max(0, handler.lastIndexOf('.'))).replaceAll('.', '/');
    return [`${module}.py`, `${module}/__init__.py`];
  }
  return undefined;
}

/** Dots in the names of folders do not count. */
function beforeFirstDot(handler: string): string {
  const name = handler.lastIndexOf('/') + 1;
  const dot = handler.indexOf('.', name);
  return normal(dot < 0 ? handler : handler.slice(0, dot));
}

const normal = (path: string) => path.replace(/^\.?\//, '');
