"""Prints an update's life as the vehicle tells it. MQTT_PASSWORD=… python3 progress.py HOST PORT USER VIN [--ca FILE --cert FILE --key FILE]"""
import json
from bench_client import arguments, connect, new_client

def on_message(client, _, message):
    told = json.loads(message.payload)
    print(f"{told['progress']:3} % {told['status']}", flush=True)
    if told["status"] in ("completed", "failed", "cancelled", "rolled_back"):
        client.disconnect()

given = arguments("Prints an update's life as the vehicle tells it.", "user", "vin")
client = new_client(given.user)
client.on_connect = lambda c, *_: c.subscribe(f"vehicle/updates/{given.vin}/progress", qos=1)
client.on_subscribe = lambda *_: print("listening", flush=True)
client.on_message = on_message
connect(client, given)
