#!/bin/bash
# Starts systemd as process 1 of a machine whose files are layered over those of this one: nothing that it writes or
# deletes reaches them. Runs in namespaces of its own (unshare --mount --pid).
# usage: machine.sh FOLDER, which has ostiary, ostiary.service and ostiary.json, and an empty folder "layers"
set -eu
folder=$1
mount --make-rprivate /
mount -t tmpfs tmpfs "$folder/layers"
root=$folder/layers/root
mkdir "$folder/layers/upper" "$folder/layers/work" "$root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/layers/upper,workdir=$folder/layers/work" "$root"
for place in /run /tmp /var/tmp /etc/systemd/system /var/lib/private; do
    mkdir -p "$root$place"
    mount -t tmpfs -o mode=755 tmpfs "$root$place"
done
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
install -m 0755 "$folder/ostiary" "$root/usr/bin/ostiary"
mkdir -p "$root/etc/ostiary"
cp "$folder/ostiary.json" "$root/etc/ostiary/ostiary.json"
cp "$folder/ostiary.service" "$root/etc/systemd/system/ostiary.service"
mkdir "$root/etc/systemd/system/ostiary.service.d"
printf '[Service]\nRestartSec=100ms\nWatchdogSec=2\n' >"$root/etc/systemd/system/ostiary.service.d/quick.conf"
# A secret as editors write one, with a line end.
echo 'a-secret-key-for-the-machine-of-the-test-0123456789' >"$root/etc/ostiary/secret-key"
chmod 0600 "$root/etc/ostiary/secret-key"
printf '[Service]\nLoadCredential=secret-key:/etc/ostiary/secret-key\nEnvironment=OSTIARY_SECRET_KEY_FILE=%%d/secret-key\n' \
    >"$root/etc/systemd/system/ostiary.service.d/secret.conf"
printf '[Unit]\nDescription=Nothing but what is asked for\nDefaultDependencies=no\n' >"$root/etc/systemd/system/test.target"
# In a chroot the kernel refuses the user namespaces of PrivateUsers=yes, so the root is exchanged.
mkdir "$root/run/old"
cd "$root"
pivot_root . run/old
[ "$(stat -f -c %T /)" = overlayfs ]
umount -l /run/old
# Credentials are mounted in one namespace and used in another.
mount --make-rshared /
export container=lxc
exec /lib/systemd/systemd --system --unit=test.target --log-target=console
