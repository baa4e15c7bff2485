#!/bin/sh
# In the build: the folders that volumes are mounted on, of user and group 10001.
set -eu

install -d -o 10001 -g 10001 -m 0750 /var/lib/holdfast /var/lib/holdfast/backups /var/lib/holdfast/scratch \
  /var/lib/holdfast/nats /var/lib/holdfast/nats-2 /var/lib/holdfast/nats-3 /var/lib/holdfast/notifier /var/lib/holdfast/admin
install -d -o 10001 -g 10001 -m 0755 /run/holdfast
for owner in api-gateway scheduler backup-worker validator retention notifier history provisioner integrator \
  nats postgres drill sample prometheus grafana; do
  install -d -o 10001 -g 10001 -m 0700 "/run/holdfast/$owner"
done
