#!/bin/bash
# Whether the service in this container is ready. Bash alone: on a busy machine the start of Node took longer than a
# check may, and it is run every few seconds.
port=${HOLDFAST_METRICS_PORT:-9464}
if ! { exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null; then
  echo "nothing answers on port $port"
  exit 1
fi
printf 'GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r -t 20 -u 3 _ status _
[ "$status" = 200 ] && exit 0
timeout 5 cat <&3
exit 1
