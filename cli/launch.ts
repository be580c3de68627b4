import { spawn } from 'node:child_process';

/** The program that shows an address in a browser. `BROWSER` is what people set where theirs is another. */
export function browserFor(platform: NodeJS.Platform, { BROWSER }: Record<string, string | undefined>): string[] {
  if (BROWSER) return BROWSER.split(' ');
  if (platform === 'darwin') return ['open'];
  // `start` takes the first text in quotes as a title.
  return platform === 'win32' ? ['cmd', '/c', 'start', '""'] : ['xdg-open'];
}

/** Starts a program that goes on by itself. @returns false when there is none of that name. */
export function launch([command = '', ...args]: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

/** Runs a program in this terminal until it ends. @returns its exit code; undefined when there is none of that name. */
export function runHere([command = '', ...args]: string[]): Promise<number | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit' });
    child.once('error', () => resolve(undefined));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
