import type { Fault } from '#core/contract';
import { unreachable } from '#core/ports';

/** What a fault does, in one sentence for people. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'powerCut':
      return `the power goes ${whenCut(fault.at)} and comes back after ${duration(fault.offMs)}`;
    case 'tornWrite':
      return fault.where === 'bank'
        ? `a write into a bank is torn ${place(fault.atByte)}, and the flash reports success`
        : `a write of the downloaded image is torn ${place(fault.atByte)}, and the disk reports success`;
    case 'bitFlipInTransit':
      return `${bit(fault.bit)} of the image flips on its way to the vehicle, ${place(fault.atByte)}`;
    case 'bitFlipAtRest':
      return `${bit(fault.bit)} flips in the ${fault.bank} bank of ${fault.ecuId}, ${place(fault.atByte)}${
        fault.when === 'written' ? ', once an update has been written' : ''
      }`;
    case 'bootFails':
      return `${ecu(fault.ecuId)} does not start, ${times(fault.times)}`;
    case 'selfTestFails':
      return `the self-test of ${ecu(fault.ecuId)} complains “${fault.complaint}”, ${times(fault.times)}`;
    case 'bootloaderChanged':
      return `the bootloader of ${fault.ecuId} is not the one that is expected`;
    case 'missingPreviousImage':
      return `the previous image of ${fault.ecuId} is gone`;
    case 'singleBankFailure':
      return `the bank of ${fault.ecuId} that is written next takes in nothing but ones`;
    case 'slowDownload':
      return `images come in at ${count(fault.bytesPerSecond)} bytes a second`;
    case 'stalledDownload':
      return `a download stands still ${place(fault.atByte)} for ${duration(fault.forMs)}`;
    case 'connectionDrops':
      return `the connection to the broker is cut every ${duration(fault.everyMs)}`;
    case 'acknowledgmentLost':
      return fault.of === 'sent'
        ? `the broker’s acknowledgment of what the vehicle sent is lost, ${times(fault.times)}`
        : `the vehicle’s acknowledgment of what it received is lost, ${times(fault.times)}`;
    case 'duplicateDelivery':
      return `a message to the vehicle comes twice, ${times(fault.times)}`;
    case 'reorder':
      return `up to ${fault.window} messages to the vehicle change places`;
    case 'clockSkew':
      return fault.offsetMs < 0
        ? `the vehicle’s clock is ${duration(-fault.offsetMs)} behind`
        : `the vehicle’s clock is ${duration(fault.offsetMs)} ahead`;
    case 'voltageSag':
      return `the supply is at ${count(fault.millivolts)} mV ${
        fault.during === 'install' ? 'while a bank is written' : 'all the time'
      }`;
    case 'diskFull':
      return fault.afterBytes === 0
        ? 'the vehicle’s disk is full'
        : `the vehicle’s disk is full after ${count(fault.afterBytes)} more bytes of images`;
    default:
      return unreachable(fault);
  }
}

function whenCut(at: Extract<Fault, { kind: 'powerCut' }>['at']): string {
  if ('now' in at) return 'now';
  if ('state' in at) return `as the vehicle is ${at.state}`;
  switch (at.where) {
    case 'disk':
      return `before byte ${count(at.byte)} of what the vehicle writes from now on`;
    case 'staged':
      return `before byte ${count(at.byte)} of an image comes to disk`;
    case 'bank':
      return `before byte ${count(at.byte)} of a bank is written`;
    default:
      return unreachable(at.where);
  }
}

function place(byte: number | undefined): string {
  return byte === undefined ? 'at a byte that the seed chooses' : `at byte ${count(byte)}`;
}

function bit(which: number | undefined): string {
  return which === undefined ? 'a bit' : `bit ${which}`;
}

function ecu(ecuId: string | undefined): string {
  return ecuId ?? 'any ECU';
}

function times(many: number): string {
  return many === 1 ? 'once' : `${count(many)} times`;
}

/** Thousands apart, the same on every machine. */
function count(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

const UNITS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
] as const;

function duration(ms: number): string {
  for (const [size, name] of UNITS) {
    if (ms === 0 || ms % size !== 0) continue;
    return ms === size ? `1 ${name}` : `${count(ms / size)} ${name}s`;
  }
  return `${count(ms)} ms`;
}
