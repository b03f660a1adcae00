export { startBareBroker, type BareBroker } from './bare-broker.ts';
export {
  startMosquitto,
  startTestBroker,
  type MosquittoProcess,
  type TestBroker,
} from './broker.ts';
export { fixedClock, type FixedClock } from './clock.ts';
export { forgeIssue, unsecuredIssue, verifyIssue } from './forge.ts';
export { aKey, aKeyRing, aSecret } from './keys.ts';
export { aManifest, anIssue, aProgress, aStatus, TEST_VIN } from './messages.ts';
export { seededRandom } from './random.ts';
export { tempDir, type TempDir } from './temp.ts';
export { PacketType, startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
