/** What the sender of a refused issue can do about it; codes of other rooms bring their own. */
const NEXT: Readonly<Record<string, string>> = {
  UNSIGNED: 'Sign the message, or set the gatekeeper’s policy to warn or off.',
  MANIFEST_MISSING: 'Send the signed release manifest along.',
  MANIFEST_MISMATCH: 'Let message and manifest name the same version.',
  BUNDLE_MISSING: 'Send the signed bundle along with its manifests.',
  BUNDLE_INCOMPLETE: 'Send every manifest that the bundle names, each once.',
  BUNDLE_MISMATCH: 'Send the manifests that the bundle was signed over.',
  BUNDLE_CYCLE: 'Take one of the requirements out; no order satisfies them all.',
  ENVELOPE_INCOMPLETE: 'Add messageId, seq, sender, vin and expires before signing.',
  RETAINED_ISSUE: 'Publish without the retain flag and clear the retained message.',
  REPLAYED: 'Issue the update again; every message needs its own messageId and a higher seq.',
  RELEASE_UNKNOWN: 'Add this release to the catalogue, or issue one that is in it.',
  RELEASE_MISMATCH: 'Give changed content a releaseId of its own.',
  IMAGE_MISSING: 'Import the firmware image into the catalogue again.',
  IMAGE_HASH: 'Import the image again, or sign a manifest for the image as it is.',
  IMAGE_LENGTH: 'Import the image again, or sign a manifest for the image as it is.',
  VEHICLE_UNKNOWN: 'Start the vehicle’s DCU, so that it publishes its inventory.',
  ECU_UNKNOWN: 'Name an ECU that the vehicle’s inventory lists.',
  ECU_AMBIGUOUS: 'Name the ECU as ecuId; several have this hardware.',
  HARDWARE_INCOMPATIBLE: 'Choose a release made for this ECU’s hardware.',
  REQUIREMENT_UNMET: 'Update the required ECU first.',
  COUNTER_BELOW_INSTALLED: 'Choose a newer release, or roll the ECU back.',
  EXPIRED: 'Compose the message again; if it is new, compare the clocks of both machines.',
};

export function nextFor(code: string, otherwise: string | undefined): string {
  if (Object.hasOwn(NEXT, code)) return NEXT[code] ?? '';
  return otherwise ?? `Look up ${code} in docs/PROTOCOL.md, mend it and publish again.`;
}
