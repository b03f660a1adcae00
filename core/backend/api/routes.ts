import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiDeps } from './deps.ts';
import { ApiError } from './problem.ts';
import {
  described,
  FailureNotice,
  parse,
  ReleaseParams,
  RollbackNotice,
  Stored,
  UpdateParams,
  VerifyAnswer,
  VerifyQuestion,
} from './schemas.ts';
import { verifyUpdate } from './verify.ts';

type RouteDeps = ApiDeps & { readonly identityOf: (request: FastifyRequest) => string };

/** Everything of the API but the images. */
export function addRoutes(app: FastifyInstance, deps: RouteDeps): void {
  addReading(app, deps);
  addVerify(app, deps);
  addNotices(app, deps);
}

function addReading(app: FastifyInstance, { catalogue }: RouteDeps): void {
  app.get('/health', { schema: { summary: 'Whether the backend is there' } }, () => ({ ok: true }));
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  app.get(
    '/releases/:releaseId',
    { schema: { summary: 'A signed release manifest', params: described(ReleaseParams) } },
    (request, reply) => {
      const { releaseId } = parse(ReleaseParams, request.params);
      const text = catalogue.releaseText(releaseId);
      if (text === null) {
        const next = 'Take the id from the manifest of a status.';
        throw new ApiError(404, 'RELEASE_UNKNOWN', `no release ${releaseId.slice(0, 128)}`, next);
      }
      return reply.type('application/json').serializer(asItIs).send(text);
    },
  );
}

function addVerify(app: FastifyInstance, deps: RouteDeps): void {
  app.post(
    '/updates/:updateId/verify',
    {
      schema: {
        summary: 'Whether what a vehicle was offered is what the backend has for it',
        params: described(UpdateParams),
        body: described(VerifyQuestion),
        response: { 200: described(VerifyAnswer) },
      },
    },
    async (request) => {
      const { updateId } = parse(UpdateParams, request.params);
      const question = parse(VerifyQuestion, request.body);
      const identity = deps.identityOf(request);
      const { vin, answer } = await verifyUpdate(updateId, question, deps);
      if (vin !== null && vin !== identity) {
        throw new ApiError(
          403,
          'IDENTITY_MISMATCH',
          `the certificate is ${identity}'s, the update another vehicle's`,
          'Ask with the certificate of the vehicle that the update is for.',
        );
      }
      return answer;
    },
  );
}

function addNotices(app: FastifyInstance, deps: RouteDeps): void {
  const { notifications, identityOf } = deps;
  app.post(
    '/notify_failure',
    {
      schema: {
        summary: 'An update failed',
        body: described(FailureNotice),
        response: { 200: described(Stored) },
      },
    },
    (request) => {
      const body = parse(FailureNotice, request.body);
      return store('failure', body, request);
    },
  );
  app.post(
    '/rollback_notification',
    {
      schema: {
        summary: 'An ECU went back to its previous firmware',
        body: described(RollbackNotice),
        response: { 200: described(Stored) },
      },
    },
    (request) => {
      const body = parse(RollbackNotice, request.body);
      return store('rollback', body, request);
    },
  );

  /** The answer is given once the notice is committed. */
  const store = (
    kind: 'failure' | 'rollback',
    body: { vehicle_id: string; ecu_id: string | number } & Record<string, unknown>,
    request: FastifyRequest,
  ): { stored: true; id: number } => {
    const reporter = identityOf(request);
    // A tool's certificate may speak for any vehicle, one vehicle's never for another.
    if (reporter !== body.vehicle_id && deps.vehicles.ecus(reporter) !== null) {
      throw new ApiError(
        403,
        'IDENTITY_MISMATCH',
        `the certificate is ${reporter}'s, the notice about ${body.vehicle_id}`,
        'Send it with the certificate of that vehicle.',
      );
    }
    const ecuId = String(body.ecu_id);
    const { id } = notifications.store({ kind, vehicleId: body.vehicle_id, ecuId, reporter, body });
    return { stored: true, id };
  };
}

/** A signed text goes out byte for byte. */
function asItIs(text: unknown): string {
  return String(text);
}
