import type { MosquittoSetup } from './setup.ts';

export function readme({ port, server, crlPem }: MosquittoSetup): string {
  return `A Mosquitto 2.0 set-up made by OTA Bench
========================================

Start it, from wherever you are:

    sh start.sh

The paths in mosquitto.conf are relative, and Mosquitto looks for them where it is started. Without
start.sh (on Windows, or as a service) change to this folder first, or make the paths absolute:

    mosquitto -c mosquitto.conf

It listens with TLS on port ${String(port)} as "${server.cn}". Clients show a certificate of the same CA;
its common name is their MQTT user name, by which acl.conf decides. There are no passwords here:
clients that logged in to the bench with one need a certificate.

Try it with a client certificate exported from the bench:

    mosquitto_pub -h localhost -p ${String(port)} --cafile certs/ca.crt --cert client.crt --key client.key -q 1 -t TOPIC -m '{}'

- certs/server.key is a secret: give it to the user who runs Mosquitto and to nobody else
  (chmod 600). Started as root, Mosquitto becomes the user "mosquitto", who must be able to read it.
- ${crlPem === null ? 'There is no revocation list: a revoked certificate is still let in.' : 'certs/crl.pem names the revoked certificates. Export it again when it ends or one is revoked, then send Mosquitto a SIGHUP.'}
- Mosquitto never refuses a SUBSCRIBE: what may not be read is not delivered.
- Nothing is kept over a restart until you add "persistence true" and a persistence_location.
`;
}
