import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MiddleError } from '@middle/core/errors.ts';
import { FILE_LINK_PURPOSE, readFileLink } from '@middle/core/export/file-link.ts';
import { blobOfExport, findExportFile } from '@middle/store/exports/files.ts';
import type { ExportFile } from '@middle/store/exports/files.ts';
import type { Deps } from '../deps.ts';
import { Allowance } from '../http/allowance.ts';
import { closeOtherMethods } from '../http/doors.ts';
import { tooMany } from '../real-time/authenticate.ts';
import { rangeOf } from './range.ts';

/** Requests with a wrong link from one address. */
const WRONG_PER_MINUTE = 120;

/** Where links to files lead. Whoever has a link reads its one file until it expires, without signing in. */
export async function addFiles(app: FastifyInstance, deps: Deps): Promise<void> {
  const wrong = new Allowance();
  const key = deps.keys.derive(FILE_LINK_PURPOSE);
  key.catch(() => {});
  await app.register(async (door) => {
    door.route({
      method: ['GET', 'HEAD'],
      url: '/files/:token',
      handler: async (request, reply) => {
        const { token = '' }: Record<string, string> = Object(request.params);
        const now = deps.clock.now();
        const link = readFileLink(token, await key, now);
        const file = link === null ? null : await findExportFile(deps.database, link.file);
        if (file === null || file.storedAt === null || file.expiresAt <= now) {
          const wait = wrong.take(request.ip, WRONG_PER_MINUTE, now.getTime());
          throw wait === null ? noFile() : tooMany('too many links that lead nowhere', wait);
        }
        return send(deps, file, request, reply);
      },
    });
  });
  closeOtherMethods(app, '/files', [{ pattern: /^\/files\/[^/]+$/, methods: ['GET', 'HEAD'] }]);
}

async function send(
  deps: Deps,
  file: ExportFile,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const bytes = file.bytes ?? 0;
  const tag = `"${file.sha256 ?? ''}"`;
  reply
    .header('content-type', file.contentType)
    .header('content-disposition', dispositionOf(file.name))
    .header('cache-control', 'private, no-store')
    .header('accept-ranges', 'bytes')
    .header('etag', tag);
  const whenSame = request.headers['if-range'];
  const range = whenSame === undefined || whenSame === tag ? rangeOf(request.headers.range, bytes) : null;
  if (range === 'beyond') return reply.code(416).header('content-range', `bytes */${bytes}`).send();
  if (range !== null) {
    reply.code(206).header('content-range', `bytes ${range.start}-${range.end - 1}/${bytes}`);
  }
  reply.header('content-length', range === null ? bytes : range.end - range.start);
  if (request.method === 'HEAD') return reply.send();
  const found = await deps.blobs.get(blobOfExport(file.id), range ?? undefined);
  if (found === null) throw noFile();
  return reply.send(found.content);
}

/** RFC 6266: plain letters for old programs, and the name itself. */
function dispositionOf(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const full = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`;
}

function noFile(): MiddleError {
  return new MiddleError('link_invalid', 'this link leads to no file, or its time is over', {
    hint: 'The page of the execution that wrote the file gives a new link while the file is kept.',
  });
}
