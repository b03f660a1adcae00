import type { FastifyInstance } from 'fastify';
import type { Catalogue } from '#core/catalogue';
import { ApiError } from './problem.ts';
import { ifNoneMatch, ifRangeHolds, readRange } from './range.ts';
import { ArtifactParams, described, parse } from './schemas.ts';

/** `GET` and `HEAD /artifacts/{sha256}`: the image, or the part that a broken download lacks. */
export function addArtifacts(
  app: FastifyInstance,
  catalogue: Pick<Catalogue, 'artifact' | 'open'>,
): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/artifacts/:sha256',
    schema: {
      summary: 'A firmware image, whole or by Range',
      params: described(ArtifactParams),
      response: {
        200: { description: 'the image', type: 'string', format: 'binary' },
        206: { description: 'the bytes asked for', type: 'string', format: 'binary' },
        304: { description: 'the client has it', type: 'null' },
        416: { description: 'the range begins beyond the end', type: 'object' },
      },
    },
    handler: (request, reply) => {
      const { sha256 } = parse(ArtifactParams, request.params);
      const artifact = catalogue.artifact(sha256);
      if (artifact === null) {
        const next = 'Take the hash from the release manifest.';
        throw new ApiError(404, 'IMAGE_MISSING', `no image ${sha256} in the store`, next);
      }
      const { length } = artifact;
      const etag = `"${sha256}"`;
      reply.header('Accept-Ranges', 'bytes').header('ETag', etag);
      // The address names the content, which therefore never changes.
      reply.header('Cache-Control', 'private, max-age=31536000, immutable');
      if (ifNoneMatch(request.headers['if-none-match'], etag)) return reply.code(304).send();
      reply.type('application/octet-stream');
      // RFC 9110 section 14.2: Range has a meaning for GET only.
      if (request.method === 'HEAD') return reply.header('Content-Length', length).send();

      const { range } = request.headers;
      const holds = ifRangeHolds(single(request.headers['if-range']), etag);
      const asked = readRange(holds ? range : undefined, length);
      switch (asked.kind) {
        case 'whole':
          return reply.header('Content-Length', length).send(catalogue.open(sha256));
        case 'unsatisfiable': {
          reply.header('Content-Range', `bytes */${String(length)}`);
          const reason = `${range ?? ''} begins beyond the ${String(length)} bytes of the image`;
          throw new ApiError(416, 'RANGE_INVALID', reason, 'Ask for bytes below the length.');
        }
        case 'part': {
          const { start, end } = asked;
          return reply
            .code(206)
            .header('Content-Range', `bytes ${String(start)}-${String(end)}/${String(length)}`)
            .header('Content-Length', end - start + 1)
            .send(catalogue.open(sha256, { start, end }));
        }
      }
    },
  });
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
