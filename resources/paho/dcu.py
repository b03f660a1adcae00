"""Plays a vehicle: takes what is offered and reports it done. MQTT_PASSWORD=… python3 dcu.py HOST PORT VIN [--ca FILE --cert FILE --key FILE]"""
import json
from bench_client import arguments, connect, new_client

def on_message(client, _, message):
    if json.loads(message.payload)["status"] != "Available":
        return
    say = lambda leaf, told: client.publish(f"{topic}/{leaf}", json.dumps(told), qos=1)
    say("status/acknowledgment", {"acknowledgment": "Acknowledged"})
    for progress, status in ((25, "downloading"), (60, "installing"), (90, "finalizing"), (100, "completed")):
        say("progress", {"progress": progress, "status": status})

given = arguments("Plays a vehicle: takes what is offered and reports it done.", "vin")
topic = f"vehicle/updates/{given.vin}"
client = new_client(given.vin, client_id=f"paho-{given.vin}")
client.on_connect = lambda c, *_: c.subscribe(f"{topic}/status", qos=1)
client.on_subscribe = lambda *_: print("listening", flush=True)
client.on_message = on_message
connect(client, given)
