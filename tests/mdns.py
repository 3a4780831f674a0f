"""mDNS by an implementation that others wrote, on the link of one address.

Arguments: the address, then either `hear`, and what wireless debugging is heard within two seconds is told line by line; or
`say`, an instance and a port, which is announced there until standard input ends.
"""

import socket
import sys
import time

from zeroconf import ServiceBrowser, ServiceInfo, ServiceListener, Zeroconf

TYPE = "_adb-tls-connect._tcp.local."
address, verb, *rest = sys.argv[1:]
zeroconf = Zeroconf(interfaces=[address])


class Listener(ServiceListener):
    def add_service(self, zeroconf, kind, name):
        info = zeroconf.get_service_info(kind, name)
        print(name, *info.parsed_addresses(), info.port, info.text, flush=True)

    def update_service(self, zeroconf, kind, name):
        pass

    def remove_service(self, zeroconf, kind, name):
        print("gone", name, flush=True)


if verb == "hear":
    ServiceBrowser(zeroconf, TYPE, Listener())
    time.sleep(2)
else:
    instance, port = rest
    zeroconf.register_service(
        ServiceInfo(
            TYPE,
            f"{instance}.{TYPE}",
            addresses=[socket.inet_aton(address)],
            port=int(port),
            properties={"v": "1"},
            server="another-phone.local.",
        )
    )
    print("said", flush=True)
    sys.stdin.read()
zeroconf.close()
