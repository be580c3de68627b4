/**
 * Whether a push touches what a pilot is made of: `paths` as its manifest says, from the repository’s root. A path stands
 * for itself and for all below it; `*` for anything in one name, `**` for any number of folders, `?` for one character.
 * The manifest itself always counts. Where it is not known what was changed, everything may have been.
 */
export function isTouched(
  paths: readonly string[] | undefined,
  manifest: string,
  changed: readonly string[] | undefined,
): boolean {
  if (!paths || !changed) return true;
  const patterns = paths.map((path) => path.replace(/^\.\//, '').replace(/\/$/, '').split('/'));
  return changed.some((path) => path === manifest || patterns.some((pattern) => covers(pattern, path.split('/'))));
}

/**
 * Each name is looked at once for each part of the pattern, whatever both are: those who write manifests and files may not
 * keep the pushes of others waiting.
 */
function covers(pattern: readonly string[], names: readonly string[]): boolean {
  // After each part: how many names may have been matched by then.
  let matched = new Set([0]);
  for (const part of pattern) {
    const next = new Set<number>();
    for (const at of matched) {
      if (part === '**') for (let end = at; end <= names.length; end++) next.add(end);
      else if (at < names.length && isLike(part, names[at] ?? '')) next.add(at + 1);
    }
    matched = next;
  }
  return matched.size > 0;
}

/** One name of a path: where it stops fitting, the last `*` is given one character more. */
function isLike(part: string, name: string): boolean {
  let [at, from, star, taken] = [0, 0, -1, 0];
  while (at < name.length) {
    if (part[from] === '*') {
      star = from++;
      taken = at;
    } else if (from < part.length && (part[from] === '?' || part[from] === name[at])) {
      at++;
      from++;
    } else if (star >= 0) {
      from = star + 1;
      at = ++taken;
    } else return false;
  }
  return /^\**$/.test(part.slice(from));
}
