import { isCodedError } from '#core/ports';
import {
  decodePayload,
  parseMessage,
  type JsonObject,
  type MessageKind,
  type Topics,
} from '#core/protocol';
import type { Flag, JudgedMessage, Step } from './types.ts';

/** One message as far as an update's story is concerned. */
export type Reading = {
  readonly step: Step;
  readonly kind: MessageKind;
  readonly vin: string;
  readonly updateId: string | null;
  readonly version: string | null;
  readonly says: string;
  /** Ends the update. */
  readonly ends: boolean;
  readonly messageId: string | null;
  readonly seq: number | null;
  /** Who counts `seq`. */
  readonly sender: string;
  readonly issuedAt: number | null;
  readonly signed: boolean;
  readonly invalid: Flag | null;
  readonly forged: Flag | null;
};

const STEPS: Partial<Record<MessageKind, Step>> = {
  issue_details: 'issue',
  status: 'status',
  acknowledgment: 'acknowledgment',
  progress: 'progress',
  command: 'command',
};

const RESULTS: ReadonlySet<unknown> = new Set(['completed', 'failed', 'rolled_back', 'cancelled']);

/** Null for what is no part of an update's story. */
export function readMessage(message: JudgedMessage, topics: Topics): Reading | null {
  if (message.kind !== 'publish') return null;
  const address = topics.parse(message.topic);
  const step = address === null ? undefined : STEPS[address.kind];
  if (address === null || step === undefined) return null;
  const { kind, vin } = address;
  const { object, invalid } = open(message.payload, kind, vin);
  const status = object['status'];
  const { verdict } = message;
  const forged: Flag | null =
    verdict?.kind === 'invalid'
      ? { code: 'badly_signed', reason: `${verdict.refusal.code}: ${verdict.refusal.reason}` }
      : null;
  const isResult = step === 'progress' && !isOfMember(object) && RESULTS.has(status);
  return {
    step: isResult ? 'result' : step,
    kind,
    vin,
    updateId: textOf(object['updateId']),
    version: textOf(object['version']),
    says: saysOf(step, object),
    ends: endsWith(step, object, isResult),
    messageId: textOf(object['messageId']),
    seq: typeof object['seq'] === 'number' ? object['seq'] : null,
    sender: textOf(object['sender']) ?? kind,
    issuedAt: instantOf(object['issuedAt']),
    signed:
      forged === null && (textOf(object['signature']) !== null || textOf(object['hmac']) !== null),
    ...{ invalid, forged },
  };
}

function open(
  payload: Uint8Array,
  kind: MessageKind,
  vin: string,
): { object: JsonObject; invalid: Flag | null } {
  let object: JsonObject = {};
  try {
    object = decodePayload(payload);
    parseMessage(kind, vin, object);
    return { object, invalid: null };
  } catch (error) {
    if (!isCodedError(error)) throw error;
    return { object, invalid: { code: 'invalid', reason: `${error.code}: ${error.reason}` } };
  }
}

function saysOf(step: Step, object: JsonObject): string {
  switch (step) {
    case 'issue':
      return textOf(object['version']) ?? '';
    case 'status':
      return textOf(object['status']) ?? '';
    case 'acknowledgment':
      return textOf(object['acknowledgment']) ?? '';
    case 'command':
      return textOf(object['command']) ?? '';
    case 'progress':
    case 'result': {
      const { progress } = object;
      const percent = typeof progress === 'number' ? ` ${String(progress)} %` : '';
      const member = isOfMember(object) ? nameOf(object['ecuId']) : null;
      const who = member === null ? '' : `${member}: `;
      return `${who}${textOf(object['status']) ?? ''}${percent}`.trim();
    }
  }
}

/** An ECU's id may be a number. */
function nameOf(value: unknown): string | null {
  return typeof value === 'number' ? String(value) : textOf(value);
}

/** [D8] About one ECU of several: its end is not the update's. */
function isOfMember(object: JsonObject): boolean {
  return textOf(object['bundleId']) !== null && nameOf(object['ecuId']) !== null;
}

/** `failed` is followed by `rolled_back` where there was something to roll back. */
function endsWith(step: Step, object: JsonObject, isResult: boolean): boolean {
  // A refused command leaves the update as it was.
  if (step === 'acknowledgment') {
    return object['acknowledgment'] === 'Refused' && object['command'] === undefined;
  }
  if (step === 'status')
    return textOf(object['status']) !== null && object['status'] !== 'Available';
  return isResult;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : null;
}

function instantOf(value: unknown): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
