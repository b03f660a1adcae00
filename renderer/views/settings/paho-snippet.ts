/** A script that publishes the minimal `issue_details` and prints what comes back. */
export function pahoSnippet(from: {
  /** `mqtt://host:port` of the plain listener. */
  url: string;
  user: string;
  password: string;
  root: string;
  vin: string;
}): string {
  const { hostname, port } = new URL(from.url);
  const quoted = (text: string): string => JSON.stringify(text);
  return [
    'import json, paho.mqtt.client as mqtt',
    '',
    `vehicle = ${quoted(`${from.root}/${from.vin}`)}`,
    'version = getattr(mqtt, "CallbackAPIVersion", None)  # paho-mqtt 2 asks for it',
    'client = mqtt.Client(version.VERSION1) if version else mqtt.Client()',
    `client.username_pw_set(${quoted(from.user)}, ${quoted(from.password)})`,
    'client.on_message = lambda c, u, m: print(m.topic, m.payload.decode())',
    `client.connect(${quoted(hostname)}, ${port === '' ? '1883' : port})`,
    'client.subscribe(vehicle + "/#", qos=1)',
    'client.publish(vehicle + "/issue_details",',
    '               json.dumps({"version": "3.0.1", "description": "From a script"}), qos=1)',
    'client.loop_forever()',
    '',
  ].join('\n');
}
