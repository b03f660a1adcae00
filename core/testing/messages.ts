import type { IssueDetails, Progress, ReleaseManifest, Status } from '#core/protocol';

/** The vehicle of the tests; no ISO 3779 VIN, as benches have them. */
export const TEST_VIN = 'VIN1234567890';

/** A release of version 3.0.1 for the brake ECU, unsigned. */
export function aManifest(changes: Partial<ReleaseManifest> = {}): ReleaseManifest {
  return {
    releaseId: 'brake-3.0.1',
    hardwareId: 'brake-hw-1',
    partNumber: 'BRK-0001',
    version: '3.0.1',
    releaseCounter: 2,
    description: 'Shorter stopping distance',
    firmware: { name: 'brake-3.0.1.bin', sha256: 'a'.repeat(64), length: 65_536 },
    requires: [],
    preconditions: { minSupplyMillivolts: 11_500, parked: true },
    createdAt: '2026-01-02T03:00:00.000Z',
    expires: '2027-01-02T03:00:00.000Z',
    ...changes,
  };
}

/** What our own messages carry besides their minimal members. */
const envelope = {
  messageId: '0193f3a0-0000-7000-8000-000000000001',
  updateId: '0193f3a0-0000-7000-8000-0000000000aa',
  vin: TEST_VIN,
  ecuId: 'brake',
  seq: 1,
  issuedAt: '2026-01-02T03:04:00.000Z',
  expires: '2026-01-03T03:04:00.000Z',
};

/** An update of the brake ECU, unsigned. */
export function anIssue(changes: Partial<IssueDetails> = {}): IssueDetails {
  return {
    version: '3.0.1',
    description: 'Shorter stopping distance',
    ...envelope,
    sender: 'backend',
    manifest: aManifest(),
    ...changes,
  };
}

/** The gatekeeper's answer to `anIssue()`, unsigned. */
export function aStatus(changes: Partial<Status> = {}): Status {
  return {
    status: 'Available',
    version: '3.0.1',
    ...envelope,
    sender: 'gatekeeper',
    manifest: aManifest(),
    ...changes,
  };
}

/** The DCU half-way through the download, unsigned. */
export function aProgress(changes: Partial<Progress> = {}): Progress {
  return { progress: 50, status: 'downloading', ...envelope, sender: TEST_VIN, ...changes };
}
