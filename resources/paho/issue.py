"""Announces a version to one vehicle, prints the gatekeeper's answer. MQTT_PASSWORD=… python3 issue.py HOST PORT USER VIN VERSION"""
import json, os, sys
import paho.mqtt.client as mqtt  # 1.6; for 2.x write mqtt.Client(mqtt.CallbackAPIVersion.VERSION1)

host, port, user, vin, version = sys.argv[1:]
topic = f"vehicle/updates/{vin}"
issue = json.dumps({"version": version, "description": "Sent by a ten-line script"})
client = mqtt.Client()
client.username_pw_set(user, os.environ["MQTT_PASSWORD"])
client.on_connect = lambda c, *_: c.subscribe(f"{topic}/status", qos=1)
client.on_subscribe = lambda c, *_: c.publish(f"{topic}/issue_details", issue, qos=1)
client.on_message = lambda c, _, message: (print(message.payload.decode()), c.disconnect())
client.connect(host, int(port))
client.loop_forever()
