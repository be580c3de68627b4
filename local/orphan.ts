/** Milliseconds between two looks. */
const PACE = 1_000;

/**
 * Ends this process, as SIGTERM does, once whoever started it is gone. npm starts a script by a shell, and hands its own
 * signals to that: SIGTERM ends the shell and leaves the script behind.
 * Only under npm: who is started by hand may be meant to outlive the terminal.
 * @see https://docs.npmjs.com/cli/v11/commands/npm-run-script
 */
export function endAsOrphan(env: Record<string, string | undefined> = process.env): void {
  if (env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, PACE);
  timer.unref();
}
