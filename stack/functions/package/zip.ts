import { crc32, inflateRawSync } from 'node:zlib';
import { MiddleError } from '@middle/core/errors.ts';
import { zipSync } from 'fflate';
import type { PackageFiles } from './files.ts';
import { PACKAGE_LIMITS, pathProblem } from './files.ts';

/**
 * Zip files as people upload them, so hostile: sizes are checked before anything is inflated and inflating stops at
 * the size that was declared. Layout: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory)
 * and 4.3.16 (its end).
 */
const END = 0x06_05_4b_50;
const CENTRAL = 0x02_01_4b_50;
const LOCAL = 0x04_03_4b_50;
const END_SIZE = 22;
const CENTRAL_SIZE = 46;
const LOCAL_SIZE = 30;
const STORED = 0;
const DEFLATED = 8;
/** High 16 bits of the external attributes are the Unix mode; this is its file type. */
const UNIX_TYPE = 0o170_000;
const UNIX_FILE = 0o100_000;
const UNIX_FOLDER = 0o040_000;

interface Entry {
  readonly path: string;
  readonly method: number;
  readonly crc: number;
  readonly compressed: number;
  readonly size: number;
  readonly offset: number;
}

/** @throws MiddleError package_invalid */
export function readZip(bytes: Uint8Array): PackageFiles {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = stripCommonFolder(centralDirectory(data));
  const total = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (total > PACKAGE_LIMITS.totalBytes) {
    throw refuse(
      `it unpacks to ${String(total)} bytes; at most ${String(PACKAGE_LIMITS.totalBytes)} are allowed`,
    );
  }
  const files = new Map<string, Uint8Array>();
  for (const entry of entries) {
    const wrong = pathProblem(entry.path);
    if (wrong !== null) throw refuse(`the path ${JSON.stringify(entry.path)} ${wrong}`);
    if (files.has(entry.path)) throw refuse(`“${entry.path}” is in it twice`);
    files.set(entry.path, extract(data, entry));
  }
  return files;
}

/** The same files give the same bytes: entries in path order, with a fixed date. */
export function writeZip(files: PackageFiles): Uint8Array {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return zipSync(Object.fromEntries(sorted), { mtime: new Date(2000, 0, 1), level: 9 });
}

function centralDirectory(data: Buffer): Entry[] {
  const end = data.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end === -1 || end + END_SIZE > data.length || data.readUInt32LE(end) !== END)
    throw refuse('it is not a zip file');
  const count = data.readUInt16LE(end + 10);
  if (count > PACKAGE_LIMITS.files * 2) throw refuse(`it has ${String(count)} entries`);
  const entries: Entry[] = [];
  let at = data.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (at + CENTRAL_SIZE > data.length || data.readUInt32LE(at) !== CENTRAL)
      throw refuse('its directory is damaged');
    const nameLength = data.readUInt16LE(at + 28);
    const path = data.toString('utf8', at + CENTRAL_SIZE, at + CENTRAL_SIZE + nameLength);
    const type = (data.readUInt32LE(at + 38) >>> 16) & UNIX_TYPE;
    if (type !== 0 && type !== UNIX_FILE && type !== UNIX_FOLDER)
      throw refuse(`“${path}” is a link or a special file`);
    if ((data.readUInt16LE(at + 8) & 1) === 1) throw refuse(`“${path}” is encrypted`);
    if (!path.endsWith('/')) {
      entries.push({
        path,
        method: data.readUInt16LE(at + 10),
        crc: data.readUInt32LE(at + 16),
        compressed: data.readUInt32LE(at + 20),
        size: data.readUInt32LE(at + 24),
        offset: data.readUInt32LE(at + 42),
      });
    }
    at += CENTRAL_SIZE + nameLength + data.readUInt16LE(at + 30) + data.readUInt16LE(at + 32);
  }
  return entries;
}

function extract(data: Buffer, entry: Entry): Uint8Array {
  const { path, offset, size } = entry;
  if (size > PACKAGE_LIMITS.fileBytes) {
    throw refuse(
      `“${path}” has ${String(size)} bytes; at most ${String(PACKAGE_LIMITS.fileBytes)} are allowed`,
    );
  }
  if (offset + LOCAL_SIZE > data.length || data.readUInt32LE(offset) !== LOCAL)
    throw refuse(`“${path}” is damaged`);
  const start = offset + LOCAL_SIZE + data.readUInt16LE(offset + 26) + data.readUInt16LE(offset + 28);
  const packed = data.subarray(start, start + entry.compressed);
  const content = unpack(packed, entry);
  if (content.length !== size || crc32(content) !== entry.crc) throw refuse(`“${path}” is damaged`);
  return content;
}

function unpack(packed: Buffer, { path, method, size }: Entry): Uint8Array {
  if (method === STORED) return new Uint8Array(packed);
  if (method !== DEFLATED) throw refuse(`“${path}” is packed in a way that is not supported`);
  try {
    return new Uint8Array(inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) }));
  } catch (cause) {
    throw refuse(`“${path}” is damaged or larger than it says`, cause);
  }
}

/** A zip of a folder often holds that folder itself; the package is what is inside. Systems' own extras are left out. */
function stripCommonFolder(entries: readonly Entry[]): Entry[] {
  const wanted = entries.filter(
    ({ path }) => !path.startsWith('__MACOSX/') && !path.split('/').some((part) => /^\.[^.]/.test(part)),
  );
  const first = wanted[0]?.path.split('/', 1)[0] ?? '';
  const prefix = `${first}/`;
  const common = first !== '' && first !== '..' && wanted.every(({ path }) => path.startsWith(prefix));
  return common && !['functions', 'packages', 'tests'].includes(first)
    ? wanted.map((entry) => ({ ...entry, path: entry.path.slice(prefix.length) }))
    : [...wanted];
}

function refuse(reason: string, cause?: unknown): MiddleError {
  return new MiddleError('package_invalid', `The zip file can't be taken: ${reason}.`, { cause });
}
