export { fixedClock, type FixedClock } from './clock.ts';
export { aKey, aKeyRing, aSecret } from './keys.ts';
export { aManifest, anIssue, aProgress, aStatus, TEST_VIN } from './messages.ts';
export { seededRandom } from './random.ts';
export { tempDir, type TempDir } from './temp.ts';
