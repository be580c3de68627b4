const { transformSync } = require('esbuild');

/** jest transform: TypeScript and ES modules to CommonJS, one file at a time. */
module.exports = {
  process(source, path) {
    const loader = path.endsWith('ts') ? 'ts' : 'js';
    const { code, map } = transformSync(source, {
      loader,
      format: 'cjs',
      target: 'node24',
      supported: { 'dynamic-import': false },
      sourcemap: true,
      sourcefile: path,
    });
    return { code, map };
  },
};
