/** One instruction of a Dockerfile. */
export interface Instruction {
  name: 'WORKDIR' | 'COPY' | 'RUN' | 'CMD' | 'ENV';
  rest: string;
}

const KNOWN = ['WORKDIR', 'COPY', 'RUN', 'CMD', 'ENV'];
/** They change nothing in a folder. */
const WITHOUT_EFFECT = ['EXPOSE', 'LABEL', 'USER', 'HEALTHCHECK', 'STOPSIGNAL'];

/**
 * Reads a Dockerfile of one stage.
 * https://docs.docker.com/reference/dockerfile/
 * @returns what cannot be made of a folder, in words, otherwise.
 */
export function parseDockerfile(text: string): Instruction[] | string {
  const lines = text.replace(/\\\n/g, ' ').split('\n');
  const found: Instruction[] = [];
  let stages = 0;
  for (const line of lines.map((one) => one.trim()).filter((one) => one && !one.startsWith('#'))) {
    const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
    const name = word.toUpperCase();
    if (name === 'FROM') stages += 1;
    else if (KNOWN.includes(name)) found.push({ name: name as Instruction['name'], rest });
    else if (!WITHOUT_EFFECT.includes(name)) return `${name} is not known on this machine`;
  }
  if (stages !== 1) return `a Dockerfile of one stage is known on this machine, and this one has ${stages}`;
  return found;
}

/** The words of an instruction, written as JSON or one after the other; options such as `--chown` count for nothing here. */
export function wordsOf(rest: string): string[] {
  if (rest.startsWith('[')) return (JSON.parse(rest) as unknown[]).map(String);
  return rest.split(/\s+/).filter((word) => !word.startsWith('--'));
}

/** The command of a CMD: as it is, or for a shell. */
export const commandOf = (rest: string): string[] => (rest.startsWith('[') ? wordsOf(rest) : ['sh', '-c', rest]);

/** The variables of an ENV: `NAME=value …`, or `NAME value`. */
export function variablesIn(rest: string): Record<string, string> {
  if (!/^\w+=/.test(rest)) {
    const [, name = '', value = ''] = /^(\S+)\s+(.*)$/.exec(rest) ?? [];
    return { [name]: value };
  }
  const pairs = rest.matchAll(/(\w+)=(?:"([^"]*)"|(\S*))/g);
  return Object.fromEntries([...pairs].map(([, name = '', quoted, plain = '']) => [name, quoted ?? plain]));
}
