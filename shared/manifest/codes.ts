/** Every code that reading a manifest can answer with, and what it means in one line. docs/manifest.md lists them. */
export const MANIFEST_CODES = {
  MANIFEST_EMPTY: 'The file holds nothing, or nothing but comments.',
  MANIFEST_TOO_LARGE: 'The file is larger than 64 KiB.',
  MANIFEST_NOT_UTF8: 'The file is not UTF-8 text.',
  MANIFEST_CONTROL_CHARACTER: 'The file or a value holds a character that cannot be seen, such as NUL.',
  MANIFEST_TAB: 'A line is indented with a tab; YAML takes only spaces.',
  MANIFEST_SYNTAX: 'The file is neither YAML nor JSON.',
  MANIFEST_TOO_DEEP: 'Lists and sections are nested more than 32 deep.',
  MANIFEST_SEVERAL_DOCUMENTS: 'The file holds more than one YAML document.',
  MANIFEST_ALIAS: 'YAML anchors (&), aliases (*) and merge keys (<<) are not taken.',
  MANIFEST_TAG: 'YAML tags (!) are not taken.',
  MANIFEST_DUPLICATE_KEY: 'A key is given twice in one section.',
  MANIFEST_FORBIDDEN_KEY: 'A key has a name that no section may use.',
  MANIFEST_UNKNOWN_KEY: 'A key is not part of the manifest.',
  MANIFEST_MISSING: 'Something required is not given.',
  MANIFEST_TYPE: 'A value is of the wrong kind, such as text where a list belongs.',
  MANIFEST_VALUE: 'A value is of the right kind but not allowed.',
  MANIFEST_MISFIT: 'Two parts of the manifest, each right by itself, do not fit together.',
  CONFIG_TOO_LARGE: 'The settings are larger than the file, or the variables, that they go into may be.',
  MANIFEST_SECRET: 'What looks like a key or password stands where only a reference belongs. It is not repeated.',
  ENVIRONMENT_UNKNOWN:
    'The manifest has a section environments, and the one asked for is not in it; or it has no previews.',
  PREVIEW_DATA: 'Previews would keep data that is lost when they are removed.',
  PREVIEW_TARGET: 'Pilots of this target have no previews yet.',
  MANIFEST_TOO_MANY: 'There are more problems than are listed.',
} as const;

/** What an uploaded manifest, though valid in itself, can be refused for besides. */
export const UPLOAD_CODES = {
  MANIFEST_GONE: 'The version that was uploaded has been deleted before it was read.',
  MANIFEST_NAME_MISPLACED: "The manifest lies in another pilot's folder than its name says.",
  ARTIFACT_FOREIGN: "The artifact lies in another pilot's folder.",
  REFERENCE_MISSING: 'A secret, parameter or stack output that the manifest names is not there.',
  REFERENCE_FORBIDDEN: 'A reference names what is not the pilot’s own and what the operator has not allowed.',
  DOMAIN_FORBIDDEN: 'The operator has not given this domain to the pilot.',
  ACCOUNT_FORBIDDEN: 'The operator has not given this account, region or role to the pilot.',
  OPERATOR_FILE: 'The operator’s own file is wrong, so nothing can be allowed.',
  IMAGE_FORBIDDEN: 'The image lies in a repository that is not the pilot’s own and that the operator has not allowed.',
  IMAGE_NOT_FOUND: 'The repository in ECR, or the tag in it, is not there.',
  IMAGE_NOT_PINNED: 'An image outside of ECR is named by a tag, which may be another image tomorrow.',
  ZONE_MISSING: 'No hosted zone of the account holds the domain.',
  ZONE_AMBIGUOUS: 'Several hosted zones hold the domain, and none is named.',
  ZONE_FOREIGN: 'The hosted zone that is named does not hold the domain.',
  NOT_YET: 'It is known, but this version of Pilotage cannot do it yet.',
} as const;

export type ManifestCode = keyof typeof MANIFEST_CODES;
