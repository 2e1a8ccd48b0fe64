//! The vendor's names, served inside the lab: whose certificate is shown, and what a broken resolver looks like.

use std::net::IpAddr;

use meetready::model::Report;
use meetready::model::network::{FailureCode, Family, Grade, Observation, ProbeKind};

use crate::beside_others;
use crate::support::lab::{Lab, Running, SERVER};
use crate::support::peer::{Authority, Peer, Peers, Zone};
use crate::support::read::Read as _;

const NAMES: [&str; 2] = ["zoom.us", "zoom.com"];

/// Serves both names over IPv4 with certificates of this authority, and HTTP that says `plain`.
fn vendor(lab: &Lab, authority: &Authority, plain: &str) -> Running {
    let address: IpAddr = SERVER.parse().expect("an address");
    let at = |port: u16| format!("{SERVER}:{port}").parse().expect("an address");
    let zone: Zone = NAMES.map(|n| (n.to_owned(), vec![address])).into();
    lab.client
        .etc("resolv.conf", &format!("nameserver {SERVER}\n"))
        .expect("a resolver");
    Peers::start(
        &lab.server,
        &[
            Peer::Dns { at: at(53), zone },
            Peer::Tls {
                at: at(443),
                identity: authority.identity(&NAMES, false),
            },
            Peer::Says {
                at: at(80),
                reply: plain.to_owned(),
            },
        ],
    )
}

const REDIRECT: &str =
    "HTTP/1.1 301 Moved Permanently\r\nLocation: https://zoom.us/\r\nContent-Length: 0\r\n\r\n";

fn check(lab: &Lab, environment: &[(&str, &str)]) -> Report {
    let arguments = ["--for", "meetings", "--edition", "2025-05"];
    lab.check_with(&arguments, environment).report
}

fn observation<'a>(
    report: &'a Report,
    probe: ProbeKind,
    host: &str,
    family: Family,
) -> &'a Observation {
    report
        .network()
        .observations
        .iter()
        .find(|o| o.probe == probe && o.host == host && o.family == family)
        .expect("an observation")
}

fn code(o: &Observation) -> Option<FailureCode> {
    o.failure.as_ref().map(|f| f.code)
}

#[test]
fn inspection_is_seen_where_the_pc_trusts_the_inspector() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    let company = Authority::new("Example Company Inspection CA");
    let _vendor = vendor(&lab, &company, REDIRECT);
    let store = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(store.path(), &company.pem).expect("a store");
    let report = check(&lab, &[("SSL_CERT_FILE", &store.path().to_string_lossy())]);
    for host in NAMES {
        let dns = observation(&report, ProbeKind::Dns, host, Family::Ipv4);
        assert_eq!((code(dns), dns.address), (None, SERVER.parse().ok()));
        let dns = observation(&report, ProbeKind::Dns, host, Family::Ipv6);
        assert_eq!(code(dns), Some(FailureCode::DnsNoAddress));
        let tls = observation(&report, ProbeKind::Tls, host, Family::Ipv4);
        assert_eq!(
            (code(tls), tls.grade, tls.intercepted),
            (None, Grade::HandshakeOnly, true)
        );
        assert_eq!(
            tls.issuer.as_deref(),
            Some("CN=Example Company Inspection CA")
        );
        let http = observation(&report, ProbeKind::Http, host, Family::Ipv4);
        assert_eq!((code(http), http.grade), (None, Grade::ServiceReply));
    }
}

#[test]
fn a_certificate_that_nobody_trusts_is_told() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    let stranger = Authority::new("Stranger");
    let portal =
        "HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\nContent-Length: 0\r\n\r\n";
    let _vendor = vendor(&lab, &stranger, portal);
    let other = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(other.path(), Authority::new("Another").pem).expect("a store");
    let report = check(&lab, &[("SSL_CERT_FILE", &other.path().to_string_lossy())]);
    for host in NAMES {
        let tls = observation(&report, ProbeKind::Tls, host, Family::Ipv4);
        assert_eq!(code(tls), Some(FailureCode::CertificateUntrusted));
        assert_eq!((tls.grade, tls.intercepted), (Grade::HandshakeOnly, false));
        assert_eq!(tls.issuer.as_deref(), Some("CN=Stranger"));
        let http = observation(&report, ProbeKind::Http, host, Family::Ipv4);
        assert_eq!(code(http), Some(FailureCode::BadReply), "{http:?}");
    }
}

#[test]
fn a_network_without_resolver_is_told_from_one_without_the_names() {
    let _turn = beside_others();
    let Some(lab) = Lab::new() else { return };
    // The lab's own setting: a resolver address where nothing listens.
    let report = check(&lab, &[]);
    for host in NAMES {
        let dns = observation(&report, ProbeKind::Dns, host, Family::Ipv4);
        assert_eq!(code(dns), Some(FailureCode::DnsUnreachable), "{dns:?}");
        let tls = observation(&report, ProbeKind::Tls, host, Family::Ipv4);
        assert_eq!(code(tls), Some(FailureCode::DnsUnreachable));
        assert_eq!(tls.grade, Grade::Silence);
    }
    lab.client
        .etc("resolv.conf", &format!("nameserver {SERVER}\n"))
        .expect("a resolver");
    let at = format!("{SERVER}:53").parse().expect("an address");
    let nothing = Peer::Dns {
        at,
        zone: Zone::new(),
    };
    let _peers = Peers::start(&lab.server, &[nothing]);
    let report = check(&lab, &[]);
    for host in NAMES {
        for family in [Family::Ipv4, Family::Ipv6] {
            let dns = observation(&report, ProbeKind::Dns, host, family);
            assert_eq!(code(dns), Some(FailureCode::DnsNoSuchName), "{dns:?}");
        }
    }
}
