#!/bin/bash
# Starts systemd as process 1 of a machine whose files are layered over those of a tree: nothing that it writes or deletes
# reaches them. Runs in namespaces of its own (unshare --mount --pid).
# usage: machine.sh FOLDER TREE; FOLDER has an empty folder "layers", and "prepare", which is run with the root and FOLDER
set -eu
folder=$1 tree=$2
mount --make-rprivate /
mount -t tmpfs tmpfs "$folder/layers"
root=$folder/layers/root
mkdir "$folder/layers/upper" "$folder/layers/work" "$root"
mount -t overlay overlay -o "lowerdir=$tree,upperdir=$folder/layers/upper,workdir=$folder/layers/work" "$root"
for place in /run /tmp /var/tmp /etc/systemd/system /var/lib/private; do
    mkdir -p "$root$place"
    mount -t tmpfs -o mode=755 tmpfs "$root$place"
done
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
printf '[Unit]\nDescription=Nothing but what is asked for\nDefaultDependencies=no\n' >"$root/etc/systemd/system/test.target"
bash -eu "$folder/prepare" "$root" "$folder"
# In a chroot the kernel refuses the user namespaces of PrivateUsers=yes, so the root is exchanged.
mkdir "$root/run/old"
cd "$root"
pivot_root . run/old
[ "$(stat -f -c %T /)" = overlayfs ]
umount -l /run/old
# Credentials are mounted in one namespace and used in another.
mount --make-rshared /
export container=lxc
exec /lib/systemd/systemd --system --unit=test.target --log-target=journal
