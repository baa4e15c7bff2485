#!/bin/sh
# In the build: installs the client tools of PG_CLIENT_MAJORS, and writes to /opt/libraries which packages their
# libraries are from. A major that the base suite lacks is taken from PostgreSQL's archive.
set -eu

apt-get update -qq
majors=$PG_CLIENT_MAJORS
if [ -z "$majors" ]; then
  majors=$(apt-cache depends postgresql-client | sed -n 's/.*Depends: postgresql-client-//p')
fi

missing=
for major in $majors; do
  apt-cache show "postgresql-client-$major" >/dev/null 2>&1 || missing="$missing $major"
done
if [ -n "$missing" ]; then
  echo "not in the base suite, from $PGDG_URL:$missing"
  apt-get install -y -qq --no-install-recommends ca-certificates >/dev/null
  # The base has neither curl nor wget.
  node -e 'fetch(process.argv[1]).then((answer) => {
    if (!answer.ok) throw new Error(`${process.argv[1]} answers ${answer.status}`);
    return answer.text();
  }).then((key) => require("node:fs").writeFileSync("/usr/share/keyrings/pgdg.asc", key))' "$PGDG_KEY_URL"
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  echo "deb [signed-by=/usr/share/keyrings/pgdg.asc] $PGDG_URL $suite-pgdg main" >/etc/apt/sources.list.d/pgdg.list
  apt-get update -qq
fi

for major in $majors; do
  apt-get install -y -qq --no-install-recommends "postgresql-client-$major" >/dev/null
done

find /usr/lib/postgresql -path '*/bin/*' -type f -exec ldd {} + 2>/dev/null |
  sed -n 's/.*=> \(\/[^ ]*\).*/\1/p' | sort -u |
  while read -r library; do
    # Packages name the place before /usr was merged, or after.
    real=$(readlink -f "$library")
    dpkg -S "$real" 2>/dev/null || dpkg -S "${real#/usr}" 2>/dev/null || dpkg -S "$library" 2>/dev/null || true
  done | sed 's/:.*//' | sort -u >/opt/libraries
test -s /opt/libraries
