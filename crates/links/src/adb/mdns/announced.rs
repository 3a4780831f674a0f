//! What an announcement is worth. Anybody on the network can announce anything: names are data, and an address counts only
//! if it is on a network that this computer is on itself. Pure but for [`own_networks`].

use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6};

use if_addrs::IfAddr;
use mdns_sd::ScopedIp;

/// Bytes of the longest name (RFC 1035 §2.3.4).
const NAME: usize = 63;
/// Addresses of one phone that are tried.
const ADDRESSES: usize = 8;

/// A phone that announces a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// The instance's name: `adb-SERIAL-xxxxxx` of a phone, and of a pairing that was invited what the invitation says.
    pub name: String,
    /// Where it listens, the likeliest first. Never empty.
    pub addresses: Vec<SocketAddr>,
}

impl Announced {
    /// None where it cannot be a phone's.
    pub(super) fn new(
        name: &str,
        port: u16,
        said: impl IntoIterator<Item = ScopedIp>,
        own: &[Network],
    ) -> Option<Self> {
        if !is_name(name) || port == 0 {
            return None;
        }
        let mut addresses: Vec<_> = said
            .into_iter()
            .filter_map(|ip| at(&ip, port))
            .filter(|address| is_near(address.ip(), own))
            .collect();
        // An address of IPv4 has no scope that could be another one by the next time.
        addresses.sort_by_key(|address| (address.is_ipv6(), is_of_link(address.ip()), *address));
        addresses.truncate(ADDRESSES);
        let name = name.to_owned();
        (!addresses.is_empty()).then_some(Self { name, addresses })
    }

    /// The serial number in the name, as AOSP's adbd makes it.
    pub fn serial(&self) -> Option<&str> {
        let (serial, random) = self.name.strip_prefix("adb-")?.rsplit_once('-')?;
        (!serial.is_empty() && !random.is_empty()).then_some(serial)
    }
}

/// One of this computer's own addresses, and the bits of it that the whole network shares.
pub(super) type Network = (IpAddr, u8);

/// The networks that this computer is on.
pub(super) fn own_networks() -> Vec<Network> {
    let all = if_addrs::get_if_addrs().unwrap_or_default().into_iter();
    let networks = all.filter(|one| !one.is_loopback()).map(|one| match one.addr {
        IfAddr::V4(own) => (IpAddr::V4(own.ip), own.prefixlen),
        IfAddr::V6(own) => (IpAddr::V6(own.ip), own.prefixlen),
    });
    networks.collect()
}

/// Whether a service's instance may be called so: as adbd does it, in printable ASCII. A slash would end it in a source.
fn is_name(name: &str) -> bool {
    let is_meant = |byte| matches!(byte, b' '..=b'~') && byte != b'/';
    (1..=NAME).contains(&name.len()) && name.bytes().all(is_meant)
}

fn at(ip: &ScopedIp, port: u16) -> Option<SocketAddr> {
    match ip {
        ScopedIp::V4(ip) => Some((*ip.addr(), port).into()),
        ScopedIp::V6(ip) => {
            let scope = match is_of_link(IpAddr::V6(*ip.addr())) {
                true => ip.scope_id().index,
                false => 0,
            };
            Some(SocketAddrV6::new(*ip.addr(), port, 0, scope).into())
        }
        _ => None,
    }
}

fn is_of_link(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local())
}

/// On a network of our own, and one computer's address.
fn is_near(ip: IpAddr, own: &[Network]) -> bool {
    let is_one = !(ip.is_unspecified() || ip.is_multicast() || ip.is_loopback());
    is_one && own.iter().any(|network| shares(ip, network))
}

fn shares(ip: IpAddr, (own, prefix): &Network) -> bool {
    // Both as IPv6 addresses, IPv4 being mapped into it (RFC 4291 §2.5.5.2).
    let bits = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => u128::from(ip.to_ipv6_mapped()),
        IpAddr::V6(ip) => u128::from(ip),
    };
    let lead = if own.is_ipv4() { 96 } else { 0 };
    let common = lead + u32::from(*prefix).min(128 - lead);
    let mask = u128::MAX.checked_shl(128 - common).unwrap_or(0);
    ip.is_ipv4() == own.is_ipv4() && bits(ip) & mask == bits(*own) & mask && !is_mapped(ip)
}

/// An IPv6 address that means one of IPv4, which was not looked at as such.
fn is_mapped(ip: IpAddr) -> bool {
    let mapped = |ip: Ipv6Addr| ip.to_ipv4_mapped().is_some();
    matches!(ip, IpAddr::V6(ip) if mapped(ip))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Vec<Network> {
        let network = |ip: &str, prefix| (ip.parse().expect("an address"), prefix);
        vec![
            network("192.168.1.5", 24),
            network("fe80::5", 64),
            network("2001:db8:1:2::5", 64),
        ]
    }

    fn announced(name: &str, port: u16, said: &[&str]) -> Option<Announced> {
        let said = said
            .iter()
            .map(|ip| ScopedIp::from(ip.parse::<IpAddr>().expect("an address")));
        Announced::new(name, port, said, &own())
    }

    #[test]
    fn addresses_of_other_networks_count_nothing() {
        let check = |said: &[&str], expected: &[&str]| {
            let found = announced("adb-S-x", 37099, said)
                .map(|one| one.addresses)
                .unwrap_or_default();
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            assert_eq!(found, expected, "{said:?}");
        };
        check(&["192.168.1.9"], &["192.168.1.9:37099"]);
        check(
            &["fe80::9", "2001:db8:1:2::9", "192.168.1.9"],
            &["192.168.1.9:37099", "[2001:db8:1:2::9]:37099", "[fe80::9]:37099"],
        );
        for nowhere in [
            "127.0.0.1",
            "::1",
            "0.0.0.0",
            "::",
            "224.0.0.251",
            "255.255.255.255",
            "192.168.2.9",
            "10.0.0.1",
            "8.8.8.8",
            "ff02::fb",
            "2001:db8:1:3::9",
            "::ffff:192.168.1.9",
            "::ffff:127.0.0.1",
        ] {
            check(&[nowhere], &[]);
        }
        let many: Vec<String> = (1..=200).map(|last| format!("192.168.1.{last}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(
            announced("adb-S-x", 1, &many).map(|one| one.addresses.len()),
            Some(ADDRESSES)
        );
    }

    #[test]
    fn names_are_data() {
        let check = |name: &str, serial: Option<Option<&str>>| {
            let found = announced(name, 1, &["192.168.1.9"]);
            assert_eq!(found.as_ref().map(Announced::serial), serial, "{name:?}");
        };
        check("adb-R58M12ABCDE-x7Qk2p", Some(Some("R58M12ABCDE")));
        check("adb-10.0.0.7-5555-x7Qk2p (2)", Some(Some("10.0.0.7-5555")));
        check("sidekeep-3f1c9e27", Some(None));
        check("adb-", Some(None));
        check("adb--", Some(None));
        check("../../etc/passwd", None);
        check("", None);
        check("adb-\u{1b}[2J-x", None);
        check("adb-S\n-x", None);
        check("adb-\u{e9}-x", None);
        check(&"x".repeat(63), Some(None));
        check(&"x".repeat(64), None);
        assert_eq!(announced("adb-S-x", 0, &["192.168.1.9"]), None);
    }
}
