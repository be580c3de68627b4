import { launch, runHere } from './launch.ts';
import { pilot } from './program.ts';

// The SDK says at each start that it will stop to support this Node some day; nobody at this terminal can help it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

// Whoever read along (`| head`) has read enough. What was begun still ends with its own exit code.
for (const output of [process.stdout, process.stderr])
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

process.exitCode = await pilot(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  input: process.stdin,
  env: process.env,
  cwd: process.cwd(),
  home: import.meta.dirname,
  platform: process.platform,
  launch,
  run: runHere,
  signals: process,
});
