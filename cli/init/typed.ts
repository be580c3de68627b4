/** A file's name as a shell takes it: `'My Shop/pilot.yaml'`. */
export const typed = (file: string): string =>
  /^[\w./@+-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
