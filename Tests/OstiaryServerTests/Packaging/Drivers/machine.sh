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
printf '[Unit]\nDescription=Nothing but what is asked for\nDefaultDependencies=no\n' >"$root/etc/systemd/system/test.target"
# In a chroot the kernel refuses the user namespaces of PrivateUsers=yes, so the root is exchanged.
mkdir "$root/run/old"
cd "$root"
pivot_root . run/old
[ "$(stat -f -c %T /)" = overlayfs ]
umount -l /run/old
export container=lxc
exec /lib/systemd/systemd --system --unit=test.target --log-target=console
