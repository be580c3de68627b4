/**
 * Parts in a row, with commas between them, on as many lines as it takes: what does not fit goes on below.
 * @param most columns that there are; a part that is longer than a line stays whole on one of its own
 * @param indent how far further lines are set off, which the first line is already
 */
export function wrapped(parts: readonly string[], most: number, indent: number): string {
  const lines: string[] = [];
  for (const [index, part] of parts.entries()) {
    const text = index < parts.length - 1 ? `${part},` : part;
    const last = lines.at(-1);
    if (last !== undefined && indent + last.length + 1 + text.length <= most)
      lines[lines.length - 1] = `${last} ${text}`;
    else lines.push(text);
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}
