# Makes uMTP-Responder a phone on a port of this very computer: what it serves over the kernel's gadget, the kernel's own
# host sees. Arguments: its serial number, the folder that it shows.
set -e
serial=$1 folder=$2
mkdir /tmp/ffs
cat > /tmp/umtprd.conf << END
loop_on_disconnect 1
storage "$folder" "Internal storage" "ro"
manufacturer "Sidekeep"
product "Test phone"
serial "$serial"
firmware_version "1"
interface "MTP"
usb_vendor_id 0x18D1
usb_product_id 0x4EE1
usb_class 0xFF
usb_subclass 0xFF
usb_protocol 0x0
usb_dev_version 0x0100
usb_functionfs_mode 0x1
usb_dev_path "/tmp/ffs/ep0"
usb_epin_path "/tmp/ffs/ep1"
usb_epout_path "/tmp/ffs/ep2"
usb_epint_path "/tmp/ffs/ep3"
usb_max_packet_size 0x200
END
mount -t configfs none /sys/kernel/config
gadget=/sys/kernel/config/usb_gadget/phone
mkdir "$gadget"
cd "$gadget"
echo 0x18d1 > idVendor
echo 0x4ee1 > idProduct
mkdir strings/0x409 configs/c.1 functions/ffs.mtp
echo "$serial" > strings/0x409/serialnumber
echo Sidekeep > strings/0x409/manufacturer
echo "Test phone" > strings/0x409/product
ln -s functions/ffs.mtp configs/c.1
mount -t functionfs mtp /tmp/ffs
shift 2
"$@" -conf /tmp/umtprd.conf > /tmp/umtprd.log 2>&1 < /dev/null &
# It is there once it has told the kernel of its endpoints.
tries=300
until [ -e /tmp/ffs/ep3 ]
do
  tries=$((tries - 1))
  [ $tries -gt 0 ]
  sleep 0.1
done
echo dummy_udc.0 > UDC
