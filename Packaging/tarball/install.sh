#!/bin/sh
# Copies the files beside this script to their places. Starts nothing, and changes no configuration that is there.
# usage: [PREFIX=/usr/local] [SYSCONFDIR=/etc] [DESTDIR=] ./install.sh
set -eu
cd "$(dirname "$0")"
prefix=${PREFIX:-/usr/local}
etc=${SYSCONFDIR:-/etc}
root=${DESTDIR:-}

if ! said=$(bin/ostiary version 2>&1); then
    echo "ostiary does not run here: $said" >&2
    echo "On Debian 12: apt-get install libpq5 libsodium23 libsqlite3-0 libstdc++6" >&2
    exit 69
fi

copy() { # mode, file, place
    mkdir -p "$(dirname "$root$3")"
    # A program that runs cannot be written to, so the new file takes the place of the old one.
    cp "$2" "$root$3.new"
    chmod "$1" "$root$3.new"
    mv -f "$root$3.new" "$root$3"
    echo "$3"
}

copy 0755 bin/ostiary "$prefix/bin/ostiary"
find share -type f | sort | while read -r file; do copy 0644 "$file" "$prefix/$file"; done
copy 0644 lib/systemd/system/ostiary.service "$prefix/lib/systemd/system/ostiary.service"
sed -i "s|/usr/bin/ostiary|$prefix/bin/ostiary|; s|/etc/ostiary|$etc/ostiary|" \
    "$root$prefix/lib/systemd/system/ostiary.service"
if [ -e "$root$etc/ostiary/ostiary.json" ]; then
    echo "$etc/ostiary/ostiary.json is kept as it is."
else
    copy 0644 etc/ostiary.json "$etc/ostiary/ostiary.json"
fi
