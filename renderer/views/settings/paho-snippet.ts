type Common = { url: string; root: string; vin: string };

/** How the script shows who it is: a password, or the files of its certificate. */
export type PahoLogin =
  | { kind: 'password'; user: string; password: string }
  | { kind: 'certificate'; ca: string; certificate: string; key: string };

/** A script that publishes the minimal `issue_details` and prints what comes back. */
export function pahoSnippet(from: Common & { login: PahoLogin }): string {
  const { login } = from;
  const { hostname, port } = new URL(from.url);
  // A URL writes an IPv6 address in brackets, a socket does not.
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const standard = login.kind === 'password' ? '1883' : '8883';
  return [
    'import json, paho.mqtt.client as mqtt',
    '',
    `vehicle = ${quoted(`${from.root}/${from.vin}`)}`,
    'version = getattr(mqtt, "CallbackAPIVersion", None)  # paho-mqtt 2 asks for it',
    'client = mqtt.Client(version.VERSION1) if version else mqtt.Client()',
    ...loginLines(login),
    'client.on_message = lambda c, u, m: print(m.topic, m.payload.decode())',
    '',
    'def on_connect(client, userdata, flags, rc):',
    '    print("connected" if rc == 0 else mqtt.connack_string(rc))',
    '    client.subscribe(vehicle + "/#", qos=1)',
    '    client.publish(vehicle + "/issue_details",',
    '                   json.dumps({"version": "3.0.1", "description": "From a script"}), qos=1)',
    '',
    'client.on_connect = on_connect',
    `client.connect(${quoted(host)}, ${port === '' ? standard : port})`,
    'client.loop_forever()',
    '',
  ].join('\n');
}

function loginLines(login: PahoLogin): string[] {
  if (login.kind === 'password') {
    return [`client.username_pw_set(${quoted(login.user)}, ${quoted(login.password)})`];
  }
  return [
    `client.tls_set(ca_certs=${quoted(login.ca)},`,
    `               certfile=${quoted(login.certificate)}, keyfile=${quoted(login.key)})`,
  ];
}

const quoted = (text: string): string => JSON.stringify(text);
