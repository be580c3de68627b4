import { pilot } from './program.ts';

process.exitCode = await pilot(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  home: import.meta.dirname,
  signals: process,
});
