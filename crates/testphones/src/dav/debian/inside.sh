# The first process of a namespace of its own: makes a root folder in memory that shows the programs, and starts a server
# there that is not root. Arguments: the programs' folder, a folder with server.sh, the ports.
set -eu
programs=$1 folder=$2
shift 2
mkdir "$folder/root"
mount -t tmpfs none "$folder/root"
cd "$folder/root"
for name in bin lib lib64 sbin usr
do
  mkdir "$name"
  mount --rbind "$programs/$name" "$name"
done
mkdir proc dev var
mount --rbind /proc proc
mount --rbind /dev dev
mkdir -m 777 etc etc/davical etc/sogo home run tmp
cp -r "$programs/etc/GNUstep" etc
printf '%s:x:1000:1000::/home:/bin/sh\n' u cyrus postgres sogo > etc/passwd
printf '%s:x:1000:\n' u mail sasl > etc/group
echo '127.0.0.1 localhost' > etc/hosts
cp "$folder"/*.sh "$folder"/*.php home
# This shell stays: what ends the namespace with its starter holds for root alone.
if chroot --userspec=1000:1000 . /bin/true
then chroot --userspec=1000:1000 . /bin/bash /home/server.sh "$@" &
else unshare --user --map-user=1000 --map-group=1000 --root=. --wd=/ /bin/bash /home/server.sh "$@" &
fi
wait
