import type { SiteFile, SourceFile } from './files.ts';

/** What has to be done so that a release is complete, given the one before it. */
export interface Changes {
  /** New or changed: their content comes from the artifact. */
  upload: SourceFile[];
  /** The release's own files that are as before: copied within S3. */
  copy: SourceFile[];
  /** Files of the shared area that are there already. */
  kept: number;
  /** Names in the shared area whose content would change: that must not be. */
  conflicts: SourceFile[];
}

/** Compares by path, area, CRC-32 and size. */
export function diff(files: SourceFile[], before: SiteFile[]): Changes {
  const known = new Map(before.map((file) => [`${file.area} ${file.path}`, file]));
  const changes: Changes = { upload: [], copy: [], kept: 0, conflicts: [] };
  for (const file of files) {
    const old = known.get(`${file.area} ${file.path}`);
    const same = old?.crc === file.crc && old.size === file.size;
    if (file.area === 'release') (same ? changes.copy : changes.upload).push(file);
    else if (same) changes.kept += 1;
    else (old ? changes.conflicts : changes.upload).push(file);
  }
  return changes;
}
