"""Prints an update's life as the vehicle tells it. MQTT_PASSWORD=… python3 progress.py HOST PORT USER VIN"""
import json, os, sys
import paho.mqtt.client as mqtt  # 1.6; for 2.x write mqtt.Client(mqtt.CallbackAPIVersion.VERSION1)

def on_message(client, _, message):
    told = json.loads(message.payload)
    print(f"{told['progress']:3} % {told['status']}", flush=True)
    if told["status"] in ("completed", "failed", "cancelled", "rolled_back"):
        client.disconnect()

host, port, user, vin = sys.argv[1:]
client = mqtt.Client()
client.username_pw_set(user, os.environ["MQTT_PASSWORD"])
client.on_connect = lambda c, *_: c.subscribe(f"vehicle/updates/{vin}/progress", qos=1)
client.on_subscribe = lambda *_: print("listening", flush=True)
client.on_message = on_message
client.connect(host, int(port))
client.loop_forever()
