/** What the broker answered, as far as its version of MQTT says anything. */
export type BrokerAnswer = {
  readonly packet: 'CONNACK' | 'PUBACK' | 'PUBREC' | 'PUBCOMP' | 'SUBACK' | 'DISCONNECT';
  /** MQTT 5 section 2.4; of CONNACK in MQTT 3.1.1 its return code. */
  readonly code: number;
  /** What the code means. */
  readonly words: string;
  /** The broker's own sentence. */
  readonly reasonString: string | null;
  readonly user: readonly (readonly [name: string, value: string])[];
};
