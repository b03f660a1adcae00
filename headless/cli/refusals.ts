import { type Bench, type BrokerRefusal } from '#core/bench';
import { type Output } from './output.ts';
import { plain } from './plain.ts';

/** Of the broker's codes: what whoever was refused can do, where it is more than to read the reason. */
const NEXT: Readonly<Record<string, string>> = {
  ACL_DENIED: 'ota-bench trust acl get shows the list that decides, trust acl set replaces it',
  ANONYMOUS: 'give user and password, or use the TLS listener with a client certificate',
  BAD_LOGIN: 'check user and password; --show-credentials prints those of this run',
  BROKER_NOT_TRUSTED: "give the client this bench's ca.pem; --certificates-out DIR writes it",
  CERT_EXPIRED: 'ota-bench trust renew makes a new one',
  CERT_MISSING: 'give the client a certificate of this bench; --certificates-out DIR writes them',
  CERT_REVOKED: 'ota-bench trust issue makes a new one',
  CERT_SELF_SIGNED: 'give the client a certificate of this bench; see ota-bench trust issue',
  CERT_UNKNOWN_CA: 'give the client a certificate of this bench; see ota-bench trust issue',
  CLIENT_ID_TAKEN: 'give the client an id of its own',
  DISK_FULL: 'free some disk space; clients connect again by themselves',
  NAME_MISMATCH: 'leave the user name out, or make it the name in the certificate',
  NOT_TLS: 'connect with TLS, such as mqtts://',
  PROTOCOL: 'connect with MQTT 3.1.1',
  TOO_MANY_LOGINS: 'wait a minute, and correct the password',
};

/** Tells what the embedded broker refuses while the command runs. */
export function tellRefusals(bench: Bench, output: Output): () => void {
  return bench.onRefused((refusal) => {
    const { code } = refusal;
    // A topic may hold a line feed, and must not look like a line of ours.
    const reason = refusal.reason.replaceAll('\n', '·');
    const next = NEXT[code];
    output.note(
      { event: 'refused', ...refusal, ...(next === undefined ? {} : { next }) },
      plain(`${code}: ${reason}${moreOf(refusal)}${next === undefined ? '' : `\n  next: ${next}`}`),
    );
  });
}

function moreOf({ more }: BrokerRefusal): string {
  return more === undefined ? '' : ` (and ${String(more)} more like it within a second)`;
}
