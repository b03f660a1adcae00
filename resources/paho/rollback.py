"""Takes an ECU back to the image before, prints the verdict. MQTT_PASSWORD=… python3 rollback.py HOST PORT USER VIN ECU [--ca FILE --cert FILE --key FILE]"""
import json, uuid
from bench_client import arguments, connect, new_client

def on_message(client, _, message):
    told = json.loads(message.payload)
    if told.get("verdict", {}).get("updateId") == wish["updateId"]:
        print(json.dumps(told["verdict"]))
        client.disconnect()

given = arguments("Takes an ECU back to the image before, prints the verdict.", "user", "vin", "ecu")
topic = f"vehicle/updates/{given.vin}"
wish = {"command": "rollback", "ecuId": given.ecu, "updateId": str(uuid.uuid4()), "askedBy": "a ten-line script"}
client = new_client(given.user)
client.on_connect = lambda c, *_: c.subscribe(f"{topic}/progress", qos=1)
client.on_subscribe = lambda c, *_: c.publish(f"{topic}/command", json.dumps(wish), qos=2)
client.on_message = on_message
connect(client, given)
