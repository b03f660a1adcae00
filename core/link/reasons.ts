import type { Packet } from 'mqtt';
import type { BrokerAnswer } from './answer.ts';

/** MQTT 5 section 2.4, table 2-6; 1 to 5 are return codes of MQTT 3.1.1's CONNACK. */
const WORDS: Readonly<Record<number, string>> = {
  0: 'success',
  1: 'granted QoS 1',
  2: 'granted QoS 2',
  4: 'disconnect with the last will',
  16: 'no matching subscribers',
  17: 'no subscription existed',
  24: 'continue authentication',
  25: 're-authenticate',
  128: 'unspecified error',
  129: 'malformed packet',
  130: 'protocol error',
  131: 'implementation specific error',
  132: 'unsupported protocol version',
  133: 'client identifier not valid',
  134: 'bad user name or password',
  135: 'not authorised',
  136: 'server unavailable',
  137: 'server busy',
  138: 'banned',
  139: 'server shutting down',
  140: 'bad authentication method',
  141: 'keep alive timeout',
  142: 'session taken over',
  143: 'topic filter invalid',
  144: 'topic name invalid',
  145: 'packet identifier in use',
  146: 'packet identifier not found',
  147: 'receive maximum exceeded',
  148: 'topic alias invalid',
  149: 'packet too large',
  150: 'message rate too high',
  151: 'quota exceeded',
  152: 'administrative action',
  153: 'payload format invalid',
  154: 'retain not supported',
  155: 'QoS not supported',
  156: 'use another server',
  157: 'server moved',
  158: 'shared subscriptions not supported',
  159: 'connection rate exceeded',
  160: 'maximum connect time',
  161: 'subscription identifiers not supported',
  162: 'wildcard subscriptions not supported',
};

const CONNACK_3: Readonly<Record<number, string>> = {
  1: 'unacceptable protocol version',
  2: 'client identifier rejected',
  3: 'server unavailable',
  4: 'bad user name or password',
  5: 'not authorised',
};

/** What a reason code of MQTT 5 means, in the words of the specification. */
export function reasonWords(code: number): string {
  return WORDS[code] ?? `reason code ${code}, which MQTT 5 does not list`;
}

/** What a packet from the broker says about how it went; null for one that says nothing. */
export function answerIn(packet: Packet): BrokerAnswer | null {
  switch (packet.cmd) {
    case 'connack': {
      const code = packet.reasonCode ?? packet.returnCode ?? 0;
      const words = CONNACK_3[code] ?? reasonWords(code);
      return answer('CONNACK', code, words, packet.properties);
    }
    case 'puback':
    case 'pubrec':
    case 'pubcomp':
    case 'disconnect': {
      const code = packet.reasonCode ?? 0;
      const name = packet.cmd.toUpperCase() as BrokerAnswer['packet'];
      return answer(name, code, reasonWords(code), packet.properties);
    }
    case 'suback': {
      // One filter in each SUBSCRIBE of ours; 3.1.1 knows 128 alone.
      const [code = 0] = packet.granted as number[];
      return answer('SUBACK', code, reasonWords(code), packet.properties);
    }
    default:
      return null;
  }
}

type AnswerProperties = {
  readonly reasonString?: string;
  readonly userProperties?: Readonly<Record<string, string | string[]>>;
};

function answer(
  packet: BrokerAnswer['packet'],
  code: number,
  words: string,
  properties: AnswerProperties | undefined,
): BrokerAnswer {
  const { reasonString, userProperties } = properties ?? {};
  return {
    packet,
    code,
    words,
    reasonString: reasonString ?? null,
    user: userProperties === undefined ? [] : userPairs(userProperties),
  };
}

/** mqtt.js collects the values of one name; their order among other names is lost there. */
export function userPairs(
  properties: Readonly<Record<string, string | string[]>>,
): (readonly [string, string])[] {
  return Object.entries(properties).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => [name, one] as const),
  );
}

/** For a sentence: `not authorised (135), it says "ask Ann"`. */
export function spoken({ words, code, reasonString }: BrokerAnswer): string {
  const says = reasonString === null ? '' : `, it says ${JSON.stringify(reasonString)}`;
  return `${words} (${code})${says}`;
}
