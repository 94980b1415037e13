//! Where the client may not go: addresses that lead into somebody's own network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::IpNet;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Host;

/// The allowed exceptions; also the resolver that the client asks.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    allow: Vec<IpNet>,
}

/// The address is private.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{host} is a private address; name its network in delivery.allow_private if it may be called")]
pub(super) struct Refused {
    host: String,
}

impl Guard {
    pub(super) fn new(allow: Vec<IpNet>) -> Guard {
        Guard { allow }
    }

    /// Checks a host that is written as an address; a name is checked when it is resolved.
    pub(super) fn check_host(&self, url: &Url) -> Result<(), Refused> {
        let ip = match url.host() {
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
            Some(Host::Domain(_)) | None => return Ok(()),
        };
        match is_forbidden(ip, &self.allow) {
            true => Err(Refused { host: ip.to_string() }),
            false => Ok(()),
        }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found: Vec<SocketAddr> = tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
            let allowed: Vec<SocketAddr> =
                found.iter().copied().filter(|address| !is_forbidden(address.ip(), &guard.allow)).collect();
            if allowed.is_empty() && !found.is_empty() {
                return Err(Refused { host }.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Whether an address may not be called: everything that is not plainly public, unless `allow` names it. An IPv6 address
/// that stands for an IPv4 one is judged as that one.
#[must_use]
pub fn is_forbidden(ip: IpAddr, allow: &[IpNet]) -> bool {
    let inner = embedded(ip);
    let named = |ip: IpAddr| allow.iter().any(|network| network.contains(&ip));
    if named(ip) || inner.is_some_and(|inner| named(IpAddr::V4(inner))) {
        return false;
    }
    match (ip, inner) {
        (_, Some(inner)) => !is_public_v4(inner),
        (IpAddr::V4(ip), None) => !is_public_v4(ip),
        (IpAddr::V6(ip), None) => !is_public_v6(ip),
    }
}

/// The IPv4 address inside an IPv6 one: mapped, compatible, NAT64 with the well-known prefix, 6to4.
fn embedded(ip: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(ip) = ip else { return None };
    let [a, b, c, d, e, f, g, h] = ip.segments();
    let v4 = |high: u16, low: u16| Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match (a, b, [c, d, e, f]) {
        (0, 0, [0, 0, 0, 0xffff]) => v4(g, h),
        (0, 0, [0, 0, 0, 0]) if g != 0 => v4(g, h),
        (0x64, 0xff9b, [0, 0, 0, 0]) => v4(g, h),
        (0x2002, high, [low, ..]) => v4(high, low),
        _ => None,
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    match (a, b, c) {
        // This network, private, shared (CGNAT), loopback, link-local.
        (0 | 10 | 127, ..) | (100, 64..=127, _) | (169, 254, _) | (172, 16..=31, _) | (192, 168, _) => false,
        // Protocol assignments, documentation, the old 6to4 relay, benchmarks.
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113) => false,
        // Multicast, reserved, broadcast.
        (224.., ..) => false,
        _ => true,
    }
}

/// Global unicast without the blocks that are set aside inside it.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    match (a, b) {
        // Protocol assignments (Teredo, ORCHID, benchmarks) and documentation.
        (0x2001, 0..=0x1ff | 0xdb8) | (0x3fff, 0..=0xfff) => false,
        (0x2000..=0x3fff, _) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_pass() {
        let forbidden = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.1.2.3",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2001:10::1",
            "3fff::1",
            "100::1",
            "5f00::1",
        ];
        for ip in forbidden {
            assert!(is_forbidden(ip.parse().unwrap(), &[]), "{ip} must be refused");
        }
        let allowed = [
            "1.1.1.1",
            "9.255.255.255",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.1.1",
            "198.20.0.1",
            "223.255.255.254",
            "2606:4700:4700::1111",
            "2a00:1450::1",
            "2001:4860::8888",
            "::ffff:1.1.1.1",
            "64:ff9b::8.8.8.8",
            "2002:101:101::1",
        ];
        for ip in allowed {
            assert!(!is_forbidden(ip.parse().unwrap(), &[]), "{ip} must pass");
        }
    }

    #[test]
    fn a_named_network_is_an_exception_in_every_spelling() {
        let allow = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        for ip in ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::10.1.2.3", "fd12::1"] {
            assert!(!is_forbidden(ip.parse().unwrap(), &allow), "{ip} was allowed");
        }
        for ip in ["127.0.0.1", "::ffff:192.168.0.1", "fc00::1"] {
            assert!(is_forbidden(ip.parse().unwrap(), &allow), "{ip} was not allowed");
        }
    }

    #[test]
    fn odd_spellings_of_a_host_are_the_same_address() {
        let guard = Guard::new(Vec::new());
        for url in
            ["http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://[::ffff:7f00:1]/", "http://127.1/"]
        {
            assert!(guard.check_host(&Url::parse(url).unwrap()).is_err(), "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_home_is_refused() {
        let resolve = |allow: Vec<IpNet>| async move { Guard::new(allow).resolve("localhost".parse().unwrap()).await };
        let Err(error) = resolve(Vec::new()).await else { panic!("localhost was resolved") };
        assert!(error.downcast_ref::<Refused>().is_some(), "{error}");
        let home = vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        assert!(resolve(home).await.unwrap().next().is_some());
    }
}
