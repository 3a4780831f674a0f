#!/bin/busybox sh
# The first process of the emulated computer. Shows this computer's files read-only, with a folder of its own for what is
# written, and becomes a shell on the first serial port. The kernel talks on the second one.
export PATH=/bin
for name in mount mkdir insmod chroot setsid cp
do
  busybox ln -s busybox "/bin/$name"
done
mkdir -p /proc /sys /dev /host
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
for module in $(busybox cat /modules)
do
  insmod "/$module.ko"
done
share() { mount -t 9p -o "trans=virtio,version=9p2000.L,msize=524288,$3" "$1" "$2"; }
share host /host ro,cache=loose
# Folders of its own stand beside that computer's: a phone's storage among them.
mkdir /own
mount -t tmpfs own /own
for path in /host/*
do
  name=${path##*/}
  if [ -L "$path" ]
  then
    cp -P "$path" "/own/$name"
  elif [ -d "$path" ]
  then
    mkdir "/own/$name"
    case $name in
      proc | sys | dev) mount --rbind "/$name" "/own/$name" ;;
      tmp | mnt | run | sdcard) ;;
      *) mount --bind "$path" "/own/$name" ;;
    esac
  fi
done
# Programs that watch the USB hear of it by udev.
mkdir -p /own/run/udev
mkdir -p /own/tmp /own/sdcard /own/mnt/programs /own/mnt/shared /own/mnt/home
share programs /own/mnt/programs ro,cache=loose
share shared /own/mnt/shared cache=none
export HOME=/mnt/home PATH=/usr/bin:/usr/sbin:/bin:/sbin LC_ALL=C.UTF-8
exec setsid chroot /own /bin/sh -c 'stty -F /dev/ttyS0 -echo raw && exec /bin/sh < /dev/ttyS0 > /dev/ttyS0 2> /dev/ttyS1'
