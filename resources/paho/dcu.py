"""Plays a vehicle: takes what is offered and reports it done. MQTT_PASSWORD=… python3 dcu.py HOST PORT VIN"""
import json, os, sys
import paho.mqtt.client as mqtt  # 1.6; for 2.x write mqtt.Client(mqtt.CallbackAPIVersion.VERSION1)

def on_message(client, _, message):
    if json.loads(message.payload)["status"] != "Available":
        return
    say = lambda leaf, told: client.publish(f"{topic}/{leaf}", json.dumps(told), qos=1)
    say("status/acknowledgment", {"acknowledgment": "Acknowledged"})
    for progress, status in ((25, "downloading"), (60, "installing"), (90, "finalizing"), (100, "completed")):
        say("progress", {"progress": progress, "status": status})

host, port, vin = sys.argv[1:]
topic = f"vehicle/updates/{vin}"
client = mqtt.Client(client_id=f"paho-{vin}")
client.username_pw_set(vin, os.environ["MQTT_PASSWORD"])
client.on_connect = lambda c, *_: c.subscribe(f"{topic}/status", qos=1)
client.on_subscribe = lambda *_: print("listening", flush=True)
client.on_message = on_message
client.connect(host, int(port))
client.loop_forever()
