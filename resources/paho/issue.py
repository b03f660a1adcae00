"""Announces a version to one vehicle, prints the gatekeeper's answer. MQTT_PASSWORD=… python3 issue.py HOST PORT USER VIN VERSION [--ca FILE --cert FILE --key FILE]"""
import json
from bench_client import arguments, connect, new_client

given = arguments("Announces a version to one vehicle, prints the gatekeeper's answer.", "user", "vin", "version")
topic = f"vehicle/updates/{given.vin}"
issue = json.dumps({"version": given.version, "description": "Sent by a ten-line script"})
client = new_client(given.user)
client.on_connect = lambda c, *_: c.subscribe(f"{topic}/status", qos=1)
client.on_subscribe = lambda c, *_: c.publish(f"{topic}/issue_details", issue, qos=1)
client.on_message = lambda c, _, message: (print(message.payload.decode()), c.disconnect())
connect(client, given)
