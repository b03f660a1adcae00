import { strToU8, zipSync } from 'fflate';
import { exportKey, exportPkcs12 } from './export.ts';
import { dcuReadme } from './dcu-readme.ts';
import type { DcuBundle } from './dcu-needs.ts';

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
  return zipSync(files, { mtime: new Date(bundle.at), level: 6 });
}
