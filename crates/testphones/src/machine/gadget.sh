# Makes a program a phone on a port of this very computer: what it serves over the kernel's gadget, the kernel's own host
# sees. Arguments: the folder where the program finds its endpoints, how many it has, its serial number, and its command.
# Once it was pulled out, the same makes it anew.
set -e
ffs=$1 endpoints=$2 serial=$3
shift 3
gadget=/sys/kernel/config/usb_gadget/phone
if [ ! -d "$gadget" ]
then
  mount -t configfs none /sys/kernel/config
  mkdir -p "$ffs" "$gadget"
  cd "$gadget"
  echo 0x18d1 > idVendor
  echo 0x4ee1 > idProduct
  mkdir strings/0x409 configs/c.1 functions/ffs.phone
  echo "$serial" > strings/0x409/serialnumber
  echo Sidekeep > strings/0x409/manufacturer
  echo "Test phone" > strings/0x409/product
  ln -s functions/ffs.phone configs/c.1
  mount -t functionfs phone "$ffs"
fi
"$@" > /tmp/phone.log 2>&1 < /dev/null &
echo $! > /tmp/phone.pid
# It is there once it has told the kernel of its endpoints.
tries=300
until [ -e "$ffs/ep$endpoints" ]
do
  tries=$((tries - 1))
  [ $tries -gt 0 ]
  sleep 0.1
done
echo dummy_udc.0 > "$gadget/UDC"
