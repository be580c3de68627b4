/** One word to a POSIX shell, whatever is in it. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** A command as a shell reads it, word by word. */
export const commandLine = (argv: readonly string[]): string => argv.map(quoted).join(' ');

/** The words that write a file of this text, taken as it is, into a folder that is there. */
export function fileText(path: string, mode: string, text: string): string {
  // The end has to be a line that the text does not have.
  const lines = text.split('\n');
  let end = 'END';
  while (lines.includes(end)) end += '_';
  return `cat > ${quoted(path)} <<'${end}'\n${text}${text.endsWith('\n') ? '' : '\n'}${end}\nchmod ${mode} ${quoted(path)}`;
}
