/** Numbers and names as people read them. */

/** `42 s`, `3 min 5 s`, `1 h 2 min`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? pair(minutes, 'min', seconds % 60, 's')
    : pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

const pair = (large: number, unit: string, small: number, smaller: string): string =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smaller}`;

/** `1,234,567` */
export const count = (value: number): string => value.toLocaleString('en-US');

/** `1 file`, `1,234 files`; what has another plural than with an s is given it. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** `999 B`, `34.6 kB`, `1.2 GB`: steps of 1000. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = value;
  let step = 0;
  while (size >= 999.95 && step < units.length - 1) {
    size /= 1000;
    step += 1;
  }
  return step === 0 ? `${size} B` : `${size.toFixed(1)} ${units[step]}`;
}

/** `removedReleases` → `removed releases` */
export const words = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
