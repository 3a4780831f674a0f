# Cyrus IMAP's part for CardDAV and CalDAV. Arguments: the ports of HTTP and of IMAP, over which accounts are made.
set -eu
http=$1 imap=$2
cd /home
mkdir -p conf/socket run/socket run/proc run/lock mail
# In another file (-C) not every program looks.
cat > /etc/imapd.conf <<X
configdirectory: /home/conf
proc_path: /home/run/proc
mboxname_lockpath: /home/run/lock
defaultpartition: default
partition-default: /home/mail
admins: cyrus
unixhierarchysep: yes
altnamespace: no
httpmodules: caldav carddav
httpallowcompress: yes
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: /home/sasldb2
sasl_mech_list: PLAIN
cyrus_user: u
servername: localhost
X
cat > cyrus.conf <<X
START { recover cmd="/usr/sbin/cyrus ctl_cyrusdb -r" }
SERVICES {
  imap cmd="imapd" listen="127.0.0.1:$imap" prefork=1
  http cmd="httpd" listen="127.0.0.1:$http" prefork=4
}
EVENTS { checkpoint cmd="/usr/sbin/cyrus ctl_cyrusdb -c" period=30 }
X
for user in u cyrus
do printf u | saslpasswd2 -p -c -f /home/sasldb2 -u localhost $user
done
cyrmaster -D -M /home/cyrus.conf -p /home/pid >&2 &
until exec 3<> "/dev/tcp/127.0.0.1/$imap"
do sleep 0.1
done 2> /dev/null
printf 'a LOGIN cyrus u\r\nb CREATE user/u\r\nc LOGOUT\r\n' >&3
cat <&3 >&2
echo ready
wait
