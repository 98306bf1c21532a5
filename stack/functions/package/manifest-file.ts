import type { Manifest } from '@middle/core/manifest.ts';
import { MANIFEST_FILE } from '@middle/core/manifest.ts';
import type { ManifestProblem } from '@middle/core/manifest-check.ts';
import { checkManifest } from '@middle/core/manifest-check.ts';
import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { PackageProblem } from './problem.ts';
import { problemAt } from './problem.ts';

/** Stops documents whose aliases would multiply into gigabytes. */
const MAX_ALIASES = 100;

export interface ManifestFileCheck {
  readonly manifest: Manifest | null;
  readonly problems: readonly PackageProblem[];
  /** The place of a key or of a value in the file, for problems found by others. */
  readonly locate: (path: readonly (string | number)[], atKey?: boolean) => Place;
}

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export function checkManifestFile(text: string): ManifestFileCheck {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const at = (offset: number): Place => {
    const { line, col } = counter.linePos(Math.min(offset, text.length));
    return { file: MANIFEST_FILE, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const locate = (path: readonly (string | number)[], atKey = false): Place =>
    at(offsetOf(document, path, atKey));
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) =>
      problemAt(at(error.pos[0]), 'yaml', firstLine(error.message)),
    );
    return { manifest: null, problems, locate };
  }
  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    const message = `The document repeats itself through aliases more than ${String(MAX_ALIASES)} times.`;
    return { manifest: null, problems: [problemAt(at(0), 'yaml', message)], locate };
  }
  const { manifest, problems } = checkManifest(raw);
  return { manifest, problems: problems.map((one) => placed(one, locate)), locate };
}

function placed(problem: ManifestProblem, locate: ManifestFileCheck['locate']): PackageProblem {
  const { path, atKey, code, message, hint } = problem;
  return problemAt(locate(path, atKey), code, message, { hint });
}

/** Walks as far as the document goes: a missing key is reported at the map that lacks it. */
function offsetOf(document: Document, path: readonly (string | number)[], atKey: boolean): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, part] of path.entries()) {
    const last = index === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part),
      );
      if (pair === undefined) return offset;
      const keyOffset = startOf(pair.key) ?? offset;
      offset = last && atKey ? keyOffset : (startOf(pair.value) ?? keyOffset);
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number') {
      const item: unknown = node.items[part];
      offset = startOf(item) ?? offset;
      node = item;
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
