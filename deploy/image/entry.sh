#!/bin/sh
# What a container of the image runs: a service by its name, a one-shot of the deployment, or the command line.
set -eu

case ${1:-} in
  api-gateway)
    shift
    exec node /app/services/api-gateway/src/main.ts "$@"
    ;;
  scheduler | backup-worker | validator | retention | notifier | history)
    service=$1
    shift
    # V8 lets what is young grow to 128 MB, which is for answers by the thousand; these are as quick with little.
    exec node --max-semi-space-size=4 "/app/services/$service/src/main.ts" "$@"
    ;;
  secrets | provision | sample)
    step=$1
    shift
    exec node "/app/deploy/init/$step.ts" "$@"
    ;;
  backup-admin)
    shift
    exec node /app/packages/cli/src/main.ts "$@"
    ;;
  '')
    echo 'holdfast: name a service (api-gateway, scheduler, backup-worker, validator, retention, notifier, history), secrets, provision, sample or backup-admin.' >&2
    exit 2
    ;;
  *) exec "$@" ;;
esac
