export { openRecorderSite, type RecorderSite } from './recorder.ts';
export { aBench, filesOf, presentedBy, whenCompleted, whenTraffic, whenTrust } from './bench.ts';
export { startBareBroker, type BareBroker } from './bare-broker.ts';
export { aCaptured } from './captured.ts';
export { capturedRows, connectionTo, foundIn, nextOf, settled } from './captured-traffic.ts';
export {
  startMosquitto,
  startTestBroker,
  type MosquittoProcess,
  type TestBroker,
} from './broker.ts';
export {
  startFirmwareServer,
  type FirmwareFaults,
  type FirmwareServer,
} from './firmware-server.ts';
export { fixedClock, type FixedClock } from './clock.ts';
export { openCurl, type Curl, type CurlAnswer, type CurlOptions } from './curl.ts';
export { forgeIssue, unsecuredIssue, verifyIssue } from './forge.ts';
export { aKey, aKeyRing, aSecret } from './keys.ts';
export { aManifest, anIssue, aProgress, aStatus, TEST_VIN } from './messages.ts';
export { cuttableFiles, PowerCut, type CuttableFiles } from './power-cut.ts';
export { killVehicle, type KillReport } from './kill-run.ts';
export { memoryKeychain, type MemoryKeychain } from './keychain.ts';
export { keychainSession, LOCK_KEYRING, type KeychainSession } from './keychain-session.ts';
export { OPENSSL_KEY_TYPES, opensslIn, type Openssl, type OpensslKey } from './openssl.ts';
export { seededRandom } from './random.ts';
export { gathered, streamOf } from './streams.ts';
export { canMount, smallDisk, type SmallDisk } from './small-disk.ts';
export { tempDir, type TempDir } from './temp.ts';
export { PacketType, startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
export {
  anInventory,
  aVehicle,
  openSite,
  TEST_IMAGE,
  TEST_IMAGE_SHA256,
  whenBackend,
  whenStage,
  type Site,
  type TestVehicle,
} from './site.ts';
export { sha256Of, smallProfile } from './small-profile.ts';
export {
  startVehicleBench,
  type BlockAnswer,
  type BlockBody,
  type Publishing,
  type Said,
  type VehicleBench,
} from './vehicle.ts';
export { damagedLife, type Life, type LifePlan, type LifeStory } from './damaged-life.ts';
export { aBank, anEcu, openGate, type Gate } from './gate.ts';
export { openOpensslPki, type OpensslPki, type OpensslRequest } from './openssl-ca.ts';
export { openAccessSide, readBy, writtenBy, type AccessSide, type Person } from './access-side.ts';
export { HURRY, NOT_AUTHORIZED, openTlsSite, WELCOME, type TlsSite } from './tls-site.ts';
export { vehicleProcess, type VehicleProcess } from './vehicle-child.ts';
