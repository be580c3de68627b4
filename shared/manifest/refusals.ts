/** How many lists and sections may stand in one another. */
export const MAX_DEPTH = 32;

/** The parser also counts the text inside, and a list or section that is looked at as if it were a key. */
export const PARSER_DEPTH = MAX_DEPTH + 2;

/** What YAML offers and a manifest does not take, whether the parser or the tree notices it first. */
export const ALIAS = {
  code: 'MANIFEST_ALIAS',
  message: 'anchors (&) and aliases (*) are not taken',
  expected: 'the value itself',
} as const;

export const TAG = { code: 'MANIFEST_TAG', message: 'tags (!) are not taken', expected: 'a plain value' } as const;

export const TOO_DEEP = {
  code: 'MANIFEST_TOO_DEEP',
  message: 'the nesting here is too deep',
  expected: `at most ${MAX_DEPTH} lists and sections in one another`,
} as const;

export const TAB = { code: 'MANIFEST_TAB', message: 'this line is indented with a tab', expected: 'spaces' } as const;
