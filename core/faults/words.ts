import type { FaultKind, FaultKindView } from '#core/contract';

type Words = Pick<FaultKindView, 'title' | 'summary' | 'stoppedBy' | 'group'>;

/** Each kind for people. docs/FAULTS.md tells the same at length. */
export const KIND_WORDS: Readonly<Record<FaultKind, Words>> = {
  powerCut: {
    title: 'Power cut',
    summary: 'The supply goes in the middle of something and comes back.',
    stoppedBy: '[D6] the journal resumes what was under way, or the old image comes back',
    group: 'power',
  },
  tornWrite: {
    title: 'Torn write',
    summary: 'A write loses its end, and the hardware reports success.',
    stoppedBy: 'the bank is read back after writing: BANK_HASH, and the old image comes back',
    group: 'storage',
  },
  bitFlipInTransit: {
    title: 'Bit flip in transit',
    summary: 'One bit of the image changes on its way to the vehicle.',
    stoppedBy:
      '[D4] hash while streaming: HASH_MISMATCH; a block is not believed and asked for again',
    group: 'download',
  },
  bitFlipAtRest: {
    title: 'Bit flip at rest',
    summary: 'One bit of an image that lies in flash changes.',
    stoppedBy:
      'the self-test after installing: SELF_TEST_FAILED; [D7] before a rollback: NO_VALID_BANK',
    group: 'storage',
  },
  bootFails: {
    title: 'Start fails',
    summary: 'The ECU does not come up.',
    stoppedBy: 'the watchdog: once the tries are spent, the old image starts',
    group: 'hardware',
  },
  selfTestFails: {
    title: 'Self-test fails',
    summary: 'The ECU comes up and finds something wrong.',
    stoppedBy: 'the self-test before committing: SELF_TEST_FAILED, and the old image comes back',
    group: 'hardware',
  },
  bootloaderChanged: {
    title: 'Bootloader changed',
    summary: 'Somebody exchanged the bootloader.',
    stoppedBy: '[D5] secure boot before anything is written: BOOTLOADER_HASH',
    group: 'hardware',
  },
  missingPreviousImage: {
    title: 'Previous image missing',
    summary: 'The image to go back to is gone.',
    stoppedBy: '[D7] a rollback is refused and touches nothing: NO_VALID_BANK',
    group: 'storage',
  },
  singleBankFailure: {
    title: 'Bank failure',
    summary: 'One bank’s flash is worn out and takes in nothing.',
    stoppedBy: 'the bank is read back after writing: BANK_HASH, and the other bank runs on',
    group: 'hardware',
  },
  slowDownload: {
    title: 'Slow download',
    summary: 'Images trickle in.',
    stoppedBy: 'nothing needs to: it takes its time, until the release expires (DOWNLOAD_EXPIRED)',
    group: 'download',
  },
  stalledDownload: {
    title: 'Stalled download',
    summary: 'A download stands still for a while.',
    stoppedBy:
      'the vehicle gives up a silent connection after 15 s and goes on from the byte it has',
    group: 'download',
  },
  connectionDrops: {
    title: 'Connection drops',
    summary: 'The connection to the broker is cut again and again.',
    stoppedBy: 'session and outbox persist: nothing is lost, and nothing counts twice',
    group: 'connection',
  },
  acknowledgmentLost: {
    title: 'Acknowledgment lost',
    summary: 'A message arrived, and its sender never learns of it.',
    stoppedBy: '[P4] it comes again, and is known by its messageId',
    group: 'connection',
  },
  duplicateDelivery: {
    title: 'Duplicate delivery',
    summary: 'A message to the vehicle comes twice.',
    stoppedBy: '[P4] the second one is known: REPLAYED, or passed over in silence',
    group: 'connection',
  },
  reorder: {
    title: 'Reordering',
    summary: 'Messages to the vehicle overtake each other.',
    stoppedBy: '[P4] seq never goes back: the one that was overtaken is refused as REPLAYED',
    group: 'connection',
  },
  clockSkew: {
    title: 'Clock skew',
    summary: 'The vehicle’s clock is wrong.',
    stoppedBy: '[P5] the reason of EXPIRED tells both clocks and their difference',
    group: 'surroundings',
  },
  voltageSag: {
    title: 'Voltage sag',
    summary: 'The supply sinks.',
    stoppedBy: '[D3] before the first write, and while a bank is written: SUPPLY_LOW',
    group: 'surroundings',
  },
  diskFull: {
    title: 'Disk full',
    summary: 'There is no room left for images.',
    stoppedBy:
      '[D3] NO_SPACE before a download, DISK_FULL within one; nothing is written to a bank',
    group: 'storage',
  },
};

type Label = {
  readonly label: string;
  readonly unit?: string;
  readonly example?: number | string | boolean;
};

/** Parameters by their name; what is not said here is told by their bounds. */
export const PARAMETER_WORDS: Readonly<Record<string, Label>> = {
  'at.byte': { label: 'At byte', unit: 'bytes', example: 50_000 },
  'at.where': { label: 'Counted in' },
  'at.state': { label: 'At state', example: 'installing' },
  'at.now': { label: 'Now', example: true },
  offMs: { label: 'Stays off', unit: 'ms' },
  atByte: { label: 'At byte', unit: 'bytes', example: 4_096 },
  where: { label: 'In' },
  bit: { label: 'Bit', example: 0 },
  ecuId: { label: 'ECU', example: 'infotainment' },
  bank: { label: 'Bank', example: 'inactive' },
  when: { label: 'When' },
  times: { label: 'Times' },
  complaint: { label: 'Complaint' },
  bytesPerSecond: { label: 'Bytes per second', unit: 'bytes/s', example: 65_536 },
  forMs: { label: 'For', unit: 'ms', example: 5_000 },
  everyMs: { label: 'Every', unit: 'ms', example: 2_000 },
  of: { label: 'Of what the vehicle' },
  window: { label: 'Messages', example: 4 },
  offsetMs: { label: 'Ahead by', unit: 'ms', example: 172_800_000 },
  millivolts: { label: 'Supply', unit: 'mV', example: 9_000 },
  during: { label: 'During' },
  afterBytes: { label: 'After', unit: 'bytes', example: 32_768 },
};
