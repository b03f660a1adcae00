"""Arguments and connection that the scripts beside this have in common: a password, a client certificate, or both."""
import argparse, os
import paho.mqtt.client as mqtt  # 1.6; for 2.x write mqtt.Client(mqtt.CallbackAPIVersion.VERSION1, …)

def arguments(about, *names):
    parser = argparse.ArgumentParser(description=about)
    for name in ("host", "port", *names):
        parser.add_argument(name, type=int if name == "port" else str)
    parser.add_argument("--ca", help="PEM file of the CA that the broker is trusted by; switches TLS on")
    parser.add_argument("--cert", help="PEM file of the client certificate")
    parser.add_argument("--key", help="PEM file of its key")
    return parser.parse_args()

def connect(client, given):
    if given.ca:
        client.tls_set(ca_certs=given.ca, certfile=given.cert, keyfile=given.key)
    client.connect(given.host, given.port)
    client.loop_forever()

def new_client(user, client_id=""):
    client = mqtt.Client(client_id=client_id)
    # With a certificate its common name is the user, and no password is needed.
    if "MQTT_PASSWORD" in os.environ:
        client.username_pw_set(user, os.environ["MQTT_PASSWORD"])
    return client
