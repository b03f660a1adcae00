/** Mosquitto looks for relative paths where it is started, not where its configuration lies. */
export const START_SCRIPT = `#!/bin/sh
# Starts Mosquitto with this set-up, from wherever it is called; further words go to Mosquitto.
cd -- "$(dirname -- "$0")" || exit 1
PATH="$PATH:/usr/local/sbin:/usr/sbin"
exec mosquitto -c mosquitto.conf "$@"
`;
