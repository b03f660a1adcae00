import type { AedesOptions, AuthenticateError, Client, ConnectPacket } from 'aedes';
import { type AclRules, decide } from '#core/acl';
import type { Clock } from '#core/ports';
import type { EngineClient } from './aedes.ts';
import { shownAs } from './arrivals.ts';
import { isRevoked, revokedFault } from './certificate.ts';
import { messageOf } from './errors.ts';
import type { BrokerEvent } from './events.ts';
import { ConnectReturn, identify, returnCodeOf } from './identity.ts';
import type { Logins } from './logins.ts';
import { clientIdFault, levelFault, shownName } from './names.ts';
import { type Fault, fault, faultOf } from './refusal.ts';
import type { Revocations } from './revocations.ts';
import type { Sessions } from './sessions.ts';
import { nameFault } from './topics.ts';
import type { Visitor } from './visitor.ts';

/** What is known of a connected client. */
export type Presence = {
  readonly user: string;
  readonly visitor: Visitor;
  readonly since: number;
};

export type Admission = Required<Pick<AedesOptions, 'preConnect' | 'authenticate'>> & {
  readonly presence: (client: Client) => Presence | undefined;
  /** Under the rules as they are now: why this client could not connect, or null. */
  readonly outgrown: (client: Client) => Fault | null;
};

/** Who may connect: everything asked of a CONNECT before it is answered. */
export function createAdmission(deps: {
  rules: () => AclRules;
  /** As Mosquitto does: a name with a `/` fills `%u` as the text it is. */
  slashesFill: boolean;
  /** Asked again: it may have grown since the handshake. */
  recall: Pick<Revocations, 'has'>;
  logins: Logins;
  sessions: Sessions;
  visitorOf: (client: Client) => Visitor;
  liveUser: (clientId: string) => string | null;
  onAdmitted: (client: Client) => void;
  clock: Clock;
  emit: (event: BrokerEvent) => void;
}): Admission {
  const { sessions, clock, emit } = deps;
  const connecting = new WeakMap<Client, ConnectPacket>();
  const known = new WeakMap<Client, Presence>();

  const refuse = (client: Client, clientId: string, user: string, why: Fault): void => {
    const { address, certificate } = deps.visitorOf(client);
    emit({
      kind: 'refused',
      at: clock.now(),
      clientId: shownName(clientId),
      user: shownName(user),
      address,
      ...shownAs(certificate),
      ...why,
    });
  };

  async function admit(
    client: Client,
    packet: ConnectPacket | undefined,
    name: string | undefined,
    password: Uint8Array | undefined,
  ): Promise<{ user: string; fault: Fault } | null> {
    const idFault = clientIdFault(packet?.clientId ?? '', client.clean);
    if (idFault) return { user: name ?? '', fault: idFault };
    const visitor = deps.visitorOf(client);
    const identity = await identify(visitor, name, password, deps.logins);
    if (identity.kind === 'refused') return identity;
    const { user } = identity;
    if (visitor.certificate && isRevoked(visitor.certificate, deps.recall)) {
      return { user, fault: revokedFault(visitor.certificate) };
    }
    if (client.closed) {
      // aedes forgets it here: a session begun for it would stay, with nobody to leave it.
      const gone = fault('HANDSHAKE_ABANDONED', 'hung up before its CONNECT was answered');
      return { user, fault: gone };
    }
    const why =
      slashFault(client, user) ??
      ownerFault(client, user) ??
      willFault(client, user, packet?.will?.topic);
    if (why) return { user, fault: why };
    known.set(client, { user, visitor, since: clock.now() });
    deps.onAdmitted(client);
    if (!client.clean) sessions.open(client.id, user);
    return null;
  }

  function slashFault(client: Client, user: string): Fault | null {
    return deps.slashesFill ? null : levelFault(deps.rules(), user, client.id);
  }

  function ownerFault(client: Client, user: string): Fault | null {
    const owner = deps.liveUser(client.id) ?? sessions.ownerOf(client.id);
    if (owner === null || owner === user) return null;
    // Taking it over would hand out, and empty, somebody else's queue.
    return fault('CLIENT_ID_TAKEN', `the client id ${client.id} belongs to another user`);
  }

  function willFault(client: Client, user: string, topic: string | undefined): Fault | null {
    if (topic === undefined) return null;
    const question = { user, clientId: client.id, access: 'write', topic } as const;
    if (nameFault(topic) === null && decide(deps.rules(), question).allowed) return null;
    return fault('ACL_DENIED', `may not leave its last will on ${topic}`);
  }

  return {
    presence: (client) => known.get(client),
    outgrown: (client) => {
      const presence = known.get(client);
      return presence ? slashFault(client, presence.user) : null;
    },

    preConnect: (client, packet, callback) => {
      connecting.set(client, packet);
      // aedes stops reading only when it asks for the password, a turn later. What comes until
      // then, such as the next TLS record, it would obey without knowing whose it is.
      (client as EngineClient).pause();
      if (packet.protocolVersion === 5) {
        const detail = `${shownName(packet.clientId)}: MQTT 5 is not spoken here, use 3.1.1`;
        refuse(client, '', packet.username ?? '', fault('PROTOCOL', detail));
      }
      callback(null, true);
    },

    authenticate: (client, name, password, callback) => {
      admit(client, connecting.get(client), name, password).then(
        (refusal) => {
          connecting.delete(client);
          if (refusal === null) {
            callback(null, true);
            return;
          }
          refuse(client, client.id, refusal.user, refusal.fault);
          const { code, detail } = refusal.fault;
          callback(connectError(returnCodeOf(code), detail), false);
        },
        (error: unknown) => {
          refuse(client, client.id, name ?? '', faultOf(error));
          callback(connectError(ConnectReturn.notAuthorized, messageOf(error)), false);
        },
      );
    },
  };
}

function connectError(returnCode: number, detail: string): AuthenticateError {
  const error: unknown = Object.assign(new Error(detail), { returnCode });
  // aedes declares its codes as a const enum, which type stripping cannot import.
  return error as AuthenticateError;
}
