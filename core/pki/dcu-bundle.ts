import { type ZipOptions, strToU8, zipSync } from 'fflate';
import { exportKey, exportPkcs12 } from './export.ts';
import { dcuReadme } from './dcu-readme.ts';
import type { DcuBundle } from './dcu-needs.ts';

/** What only its owner may read once it is unpacked. */
const SECRET = /\.(key|p12)$/;
/** APPNOTE.TXT 4.4.2: whose permissions the upper half of the attributes holds. */
const UNIX = 3;
/** A zip knows the years 1980 to 2099, whatever the clock says; a day for time zones. */
const [FIRST, LAST] = [Date.UTC(1980, 0, 2), Date.UTC(2099, 11, 30)];

/** A zip file, in memory. Its names are fixed, so that no VIN can write outside its folder. */
export async function dcuBundle(bundle: DcuBundle): Promise<Uint8Array> {
  const { vin, identity, caPem, brokerUrl, backendUrl, topics, verifyKeys, passphrase } = bundle;
  const settings = {
    vin,
    brokerUrl,
    backendUrl,
    clientId: identity.cn,
    cleanSession: false,
    topics,
  };
  const files: Record<string, Uint8Array> = {
    'README.md': strToU8(dcuReadme(bundle)),
    'ca.crt': strToU8(caPem),
    'dcu.crt': strToU8(identity.certPem),
    'dcu.key': strToU8(await exportKey(identity.keyPem, passphrase)),
    'dcu.json': strToU8(JSON.stringify(settings, null, 2) + '\n'),
  };
  if (verifyKeys !== undefined) {
    files['verify-keys.jwks.json'] = strToU8(JSON.stringify({ keys: verifyKeys }, null, 2) + '\n');
  }
  if (passphrase !== undefined) {
    files['dcu.p12'] = await exportPkcs12(identity, passphrase, caPem);
  }
  const entries = Object.entries(files).map(([name, bytes]): [string, [Uint8Array, ZipOptions]] => {
    const mode = SECRET.test(name) ? 0o600 : 0o644;
    return [name, [bytes, { os: UNIX, attrs: mode << 16 }]];
  });
  return zipSync(Object.fromEntries(entries), { mtime: mtimeOf(bundle.at), level: 6 });
}

function mtimeOf(at: number): Date {
  return new Date(Math.min(Math.max(at, FIRST), LAST));
}
