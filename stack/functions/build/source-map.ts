/** A bundle ends in its source map, so that code and map are never of different versions. */
export const MAP_COMMENT = '//# sourceMappingURL=data:application/json;base64,';

/** The code without its source map, and the map's text. */
export function splitSourceMap(code: string): { readonly code: string; readonly map: string | null } {
  const at = code.lastIndexOf(MAP_COMMENT);
  if (at === -1) return { code, map: null };
  return {
    code: code.slice(0, at),
    map: Buffer.from(code.slice(at + MAP_COMMENT.length).trim(), 'base64').toString(),
  };
}
