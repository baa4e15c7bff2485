#!/bin/bash
# Starts the PostgreSQL image with passwords out of the files that `secrets` made; they stand in no environment file.
set -eu

if [ -n "${SUPERUSER_PASSWORD_FILE:-}" ]; then
  POSTGRES_PASSWORD=$(cat "$SUPERUSER_PASSWORD_FILE")
  export POSTGRES_PASSWORD
fi
if [ -n "${HISTORY_PASSWORD_FILE:-}" ]; then
  HISTORY_PASSWORD=$(cat "$HISTORY_PASSWORD_FILE")
  READER_PASSWORD=$(cat "$READER_PASSWORD_FILE")
  export HISTORY_PASSWORD READER_PASSWORD
fi
exec docker-entrypoint.sh "$@"
