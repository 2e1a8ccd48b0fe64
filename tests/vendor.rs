//! The probes of vendor names against servers on loopback: who answered, and how well that is proved.

#![expect(
    clippy::items_after_statements,
    reason = "the codes are named where they are compared"
)]
#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

#[path = "support/mod.rs"]
#[expect(dead_code, reason = "the network lab is for another test target")]
mod support;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use meetready::inventory::InventorySource;
use meetready::model::Selection;
use meetready::model::inventory::OsFamily;
use meetready::model::network::{FailureCode, Family, Grade, Observation};
use meetready::model::requirement::Edition;
use meetready::probe::dns::{Answer, Answers, Resolver};
use meetready::probe::proxy::Proxies;
use meetready::probe::tls::Trust;
use meetready::probe::{StepLimits, Surroundings, dns, http, tls};
use meetready::run::{self, Cancel, Event, Events, NetworkOptions};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use support::peer::{Authority, Identity, Peer, Zone};

const NAME: &str = "zoom.test";

fn any() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

fn roots(of: &[&Authority]) -> RootCertStore {
    let mut store = RootCertStore::empty();
    for authority in of {
        let certificate = CertificateDer::from_pem_slice(authority.pem.as_bytes());
        store.add(certificate.unwrap()).unwrap();
    }
    store
}

fn limits() -> StepLimits {
    StepLimits {
        resolve: Duration::from_secs(2),
        connect: Duration::from_secs(1),
        proxy: Duration::from_secs(1),
        tls: Duration::from_secs(2),
        request: Duration::from_secs(1),
    }
}

async fn around(trust: Trust) -> Surroundings {
    let zone = Zone::from([
        (NAME.to_owned(), vec![Ipv4Addr::LOCALHOST.into()]),
        ("six.test".to_owned(), vec![Ipv6Addr::LOCALHOST.into()]),
    ]);
    let server = Peer::Dns { at: any(), zone }.serve().await.unwrap();
    Surroundings {
        resolver: Resolver::of_servers(&[server]),
        trust,
        proxies: Proxies::none(),
        limits: limits(),
    }
}

async fn resolved(around: &Surroundings, host: &str) -> Answers {
    around.resolver.resolve(host, around.limits.resolve).await
}

/// TLS to a server that shows `identity`.
async fn tls_to(identity: Identity, trust: Trust) -> Observation {
    let around = around(trust).await;
    let at = any();
    let port = Peer::Tls { at, identity }.serve().await.unwrap().port();
    let answers = resolved(&around, NAME).await;
    tls::observe(&around, NAME, port, Family::Ipv4, &answers.v4).await
}

fn code(o: &Observation) -> Option<FailureCode> {
    o.failure.as_ref().map(|f| f.code)
}

#[tokio::test]
async fn a_publicly_trusted_certificate_is_a_service_reply() {
    let public = Authority::new("Public CA");
    let trust = Trust::of_roots(roots(&[&public]), roots(&[&public]));
    let o = tls_to(public.identity(&[NAME], false), trust).await;
    assert_eq!((o.grade, code(&o)), (Grade::ServiceReply, None), "{o:?}");
    assert!(!o.intercepted);
    assert_eq!(o.issuer.as_deref(), Some("CN=Public CA"));
    assert_eq!(o.address, Some(IpAddr::from(Ipv4Addr::LOCALHOST)));
    let names: Vec<&str> = o.steps.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["connect", "tls"]);
}

#[tokio::test]
async fn a_certificate_that_only_this_pc_trusts_is_inspection() {
    let (public, company) = (Authority::new("Public CA"), Authority::new("Company CA"));
    let trust = Trust::of_roots(roots(&[&public, &company]), roots(&[&public]));
    let o = tls_to(company.identity(&[NAME], false), trust).await;
    assert_eq!((o.grade, code(&o)), (Grade::HandshakeOnly, None), "{o:?}");
    assert!(o.intercepted);
    assert_eq!(o.issuer.as_deref(), Some("CN=Company CA"));
}

#[tokio::test]
async fn each_fault_of_a_certificate_has_its_code() {
    let (public, stranger) = (Authority::new("Public CA"), Authority::new("Stranger"));
    for (identity, expected) in [
        (
            stranger.identity(&[NAME], false),
            FailureCode::CertificateUntrusted,
        ),
        (
            public.identity(&["other.test"], false),
            FailureCode::CertificateWrongName,
        ),
        (
            public.identity(&[NAME], true),
            FailureCode::CertificateExpired,
        ),
    ] {
        let trust = Trust::of_roots(roots(&[&public]), roots(&[&public]));
        let o = tls_to(identity, trust).await;
        assert_eq!(code(&o), Some(expected), "{o:?}");
        assert_eq!((o.grade, o.intercepted), (Grade::HandshakeOnly, false));
        assert!(o.issuer.is_some());
    }
}

#[tokio::test]
async fn names_that_do_not_resolve_say_why() {
    let public = Authority::new("Public CA");
    let around = around(Trust::of_roots(roots(&[&public]), roots(&[&public]))).await;
    let of = |answer: &Answer| answer.failure.as_ref().map(|f| f.code);
    let nobody = resolved(&around, "nobody.test").await;
    assert_eq!(of(&nobody.v4), Some(FailureCode::DnsNoSuchName));
    assert_eq!(of(&nobody.v6), Some(FailureCode::DnsNoSuchName));
    let six = resolved(&around, "six.test").await;
    assert_eq!(of(&six.v4), Some(FailureCode::DnsNoAddress));
    assert_eq!(of(&six.v6), None);
    let o = dns::observe("six.test", Family::Ipv4, &six.v4);
    assert_eq!(o.grade, Grade::Reject);
    let silent = tokio::net::UdpSocket::bind(any()).await.unwrap();
    let deaf = Resolver::of_servers(&[silent.local_addr().unwrap()]);
    let answers = deaf.resolve(NAME, Duration::from_millis(300)).await;
    assert_eq!(of(&answers.v4), Some(FailureCode::DnsUnreachable));
}

#[tokio::test]
async fn refused_and_mute_servers_are_told_apart() {
    let public = Authority::new("Public CA");
    let around = around(Trust::of_roots(roots(&[&public]), roots(&[&public]))).await;
    let answers = resolved(&around, NAME).await;
    let closed = {
        let listener = tokio::net::TcpListener::bind(any()).await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let o = tls::observe(&around, NAME, closed, Family::Ipv4, &answers.v4).await;
    assert_eq!(
        (o.grade, code(&o)),
        (Grade::Reject, Some(FailureCode::Refused))
    );
    let mute = Peer::Mute { at: any() }.serve().await.unwrap().port();
    let o = tls::observe(&around, NAME, mute, Family::Ipv4, &answers.v4).await;
    assert_eq!(
        (o.grade, code(&o)),
        (Grade::HandshakeOnly, Some(FailureCode::TimedOut))
    );
}

#[tokio::test]
async fn plain_http_is_graded_by_what_it_proves() {
    let public = Authority::new("Public CA");
    let around = around(Trust::of_roots(roots(&[&public]), roots(&[&public]))).await;
    let answers = resolved(&around, NAME).await;
    for (reply, grade, failure) in [
        (
            "HTTP/1.1 301 Moved\r\nLocation: https://zoom.test/\r\nContent-Length: 0\r\n\r\n",
            Grade::ServiceReply,
            None,
        ),
        (
            "HTTP/1.1 302 Found\r\nLocation: http://portal.test/login?mac=1\r\n\r\n",
            Grade::HandshakeOnly,
            Some(FailureCode::BadReply),
        ),
        (
            "SSH-2.0-OpenSSH_9.2\r\n",
            Grade::HandshakeOnly,
            Some(FailureCode::BadReply),
        ),
        ("", Grade::HandshakeOnly, Some(FailureCode::Closed)),
    ] {
        let at = any();
        let reply = reply.to_owned();
        let server = Peer::Says {
            at,
            reply: reply.clone(),
        }
        .serve()
        .await
        .unwrap();
        let port = server.port();
        let o = http::observe(&around, NAME, port, Family::Ipv4, &answers.v4, &[NAME]).await;
        assert_eq!((o.grade, code(&o)), (grade, failure), "{reply:?}: {o:?}");
        if let Some(detail) = o.failure.and_then(|f| f.detail) {
            assert!(!detail.contains("mac="), "{detail}");
        }
    }
}

#[tokio::test]
async fn a_proxy_carries_tls_and_its_refusals_are_named() {
    let public = Authority::new("Public CA");
    let identity = public.identity(&[NAME], false);
    let at = any();
    let to = Peer::Tls { at, identity }.serve().await.unwrap();
    let tunnel = Peer::Tunnel { at, to }.serve().await.unwrap();
    let login = Peer::Says {
        at,
        reply: "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\n\
                Proxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"
            .to_owned(),
    };
    let login = login.serve().await.unwrap();
    let refusing = Peer::Says {
        at,
        reply: "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n".to_owned(),
    };
    let refusing = refusing.serve().await.unwrap();
    for (proxy, grade, failure) in [
        (tunnel, Grade::ServiceReply, None),
        (
            login,
            Grade::Reject,
            Some(FailureCode::ProxyAuthenticationRequired),
        ),
        (refusing, Grade::Reject, Some(FailureCode::ProxyFailed)),
    ] {
        let trust = Trust::of_roots(roots(&[&public]), roots(&[&public]));
        let mut around = around(trust).await;
        around.proxies = Proxies::fixed(&format!("http://user:secret@{proxy}"));
        // A name that only the proxy can reach: nothing here knows its address.
        let answers = resolved(&around, "inside.test").await;
        assert_eq!(around.families("https", NAME, 443), [Family::Ipv4]);
        let o = tls::observe(&around, NAME, 443, Family::Ipv4, &answers.v4).await;
        assert_eq!((o.grade, code(&o)), (grade, failure), "{o:?}");
        assert_eq!(o.proxy.as_deref(), Some(&*format!("http://{proxy}")));
        if let Some(detail) = o.failure.and_then(|f| f.detail) {
            assert!(detail.contains("Negotiate, Basic") || detail.contains("403"));
        }
    }
}

/// An edition with one product and these endpoints.
fn edition(endpoints: &[(&str, u16, u16)]) -> Edition {
    let endpoints: Vec<serde_json::Value> = endpoints
        .iter()
        .map(|(host, tls, http)| {
            serde_json::json!({ "host": host, "tls_ports": [tls], "http_ports": [http],
                "source": { "document": "test", "section": "test", "confidence": "unverified" } })
        })
        .collect();
    Edition {
        policies: std::collections::BTreeMap::new(),
        info: serde_json::from_value(serde_json::json!({ "edition": "2000-01", "vendor": "test",
            "document": "test", "version": "1", "publisher": "test", "as_of": "2000-01" }))
        .unwrap(),
        products: std::collections::BTreeMap::new(),
        sha256: String::new(),
        baseline: Vec::new(),
        browsers: None,
        endpoints: serde_json::from_value(endpoints.into()).unwrap(),
        address_lists: Vec::new(),
    }
}

fn selection() -> Selection {
    Selection {
        edition: "2000-01".parse().unwrap(),
        targets: Vec::new(),
        scenarios: Vec::new(),
        participants: 1,
    }
}

#[tokio::test]
async fn a_run_does_what_its_plan_lists_and_tells_of_each_step() {
    let public = Authority::new("Public CA");
    let at = any();
    let identity = public.identity(&[NAME], false);
    let https = Peer::Tls { at, identity }.serve().await.unwrap().port();
    let reply = format!("HTTP/1.1 301 x\r\nLocation: https://{NAME}/\r\nContent-Length: 0\r\n\r\n");
    let plain = Peer::Says { at, reply }.serve().await.unwrap().port();
    let edition = edition(&[
        (NAME, https, plain),
        ("*.zoom.test", https, plain),
        ("gone.test", 443, 80),
    ]);
    let options = NetworkOptions::default();
    let plan = run::plan(&edition, &selection(), &options, OsFamily::Linux);
    let steps = plan.steps.len();
    assert_eq!(steps, 6, "the wildcard is not probed: {plan:?}");
    assert_eq!(
        plan.packets,
        plan.steps.iter().map(|s| s.packets).sum::<u64>()
    );
    let (sender, told) = std::sync::mpsc::channel();
    let around = around(Trust::of_roots(roots(&[&public]), roots(&[&public]))).await;
    let evidence = run::gather(
        plan,
        &options,
        InventorySource::ThisMachine,
        Some(around),
        Events::to(sender),
        &Cancel::new(),
    )
    .await;
    let network = evidence.network.expect("network evidence");
    let seen: Vec<(&str, Family, Grade, Option<FailureCode>)> = network
        .observations
        .iter()
        .map(|o| (o.id.0.as_str(), o.family, o.grade, code(o)))
        .collect();
    use FailureCode::{DnsNoAddress, DnsNoSuchName};
    let (v4, v6) = (Family::Ipv4, Family::Ipv6);
    assert_eq!(
        seen,
        [
            ("dns-1", v4, Grade::HandshakeOnly, None),
            ("dns-2", v6, Grade::Reject, Some(DnsNoAddress)),
            ("tls-1", v4, Grade::ServiceReply, None),
            ("tls-2", v6, Grade::Reject, Some(DnsNoAddress)),
            ("http-1", v4, Grade::ServiceReply, None),
            ("http-2", v6, Grade::Reject, Some(DnsNoAddress)),
            ("dns-3", v4, Grade::Reject, Some(DnsNoSuchName)),
            ("dns-4", v6, Grade::Reject, Some(DnsNoSuchName)),
            ("tls-3", v4, Grade::Reject, Some(DnsNoSuchName)),
            ("tls-4", v6, Grade::Reject, Some(DnsNoSuchName)),
            ("http-3", v4, Grade::Reject, Some(DnsNoSuchName)),
            ("http-4", v6, Grade::Reject, Some(DnsNoSuchName)),
        ]
    );
    let told: Vec<Event> = told.try_iter().collect();
    for step in 0..steps {
        let begun = told
            .iter()
            .position(|e| matches!(e, Event::StepStarted { step: s, .. } if *s == step));
        let ended = told
            .iter()
            .position(|e| matches!(e, Event::StepFinished { step: s, .. } if *s == step));
        assert!(begun.is_some() && begun < ended, "step {step}: {told:?}");
    }
    let total = steps + 1;
    assert_eq!(told.last(), Some(&Event::Progress { done: total, total }));
}

#[tokio::test]
async fn a_cancelled_run_keeps_what_it_has() {
    let public = Authority::new("Public CA");
    let at = any();
    // The TLS of the name hangs; its HTTP is behind it in the plan.
    let mute = Peer::Mute { at }.serve().await.unwrap().port();
    let edition = edition(&[(NAME, mute, mute)]);
    let options = NetworkOptions::default();
    let plan = run::plan(&edition, &selection(), &options, OsFamily::Linux);
    let mut around = around(Trust::of_roots(roots(&[&public]), roots(&[&public]))).await;
    around.limits = StepLimits {
        tls: Duration::from_secs(60),
        ..around.limits
    };
    let cancel = Cancel::new();
    let (sender, told) = std::sync::mpsc::channel();
    let source = InventorySource::ThisMachine;
    let began = std::time::Instant::now();
    let (evidence, ()) = tokio::join!(
        run::gather(
            plan,
            &options,
            source,
            Some(around),
            Events::to(sender),
            &cancel
        ),
        async {
            tokio::time::sleep(Duration::from_millis(700)).await;
            cancel.cancel();
        }
    );
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    let network = evidence.network.expect("network evidence");
    let of = |id: &str| network.observations.iter().find(|o| o.id.0 == id).unwrap();
    assert_eq!(code(of("dns-1")), None);
    assert_eq!(code(of("tls-1")), Some(FailureCode::Cancelled));
    assert_eq!(code(of("http-1")), Some(FailureCode::Cancelled));
    assert!(told.try_iter().any(|e| matches!(e, Event::StepFinished { failure: Some(f), .. } if f.code == FailureCode::Cancelled)));
}

#[tokio::test]
async fn without_network_nothing_is_planned_and_nothing_recorded() {
    let edition = edition(&[(NAME, 443, 80)]);
    let options = NetworkOptions {
        enabled: false,
        ..NetworkOptions::default()
    };
    let plan = run::plan(&edition, &selection(), &options, OsFamily::Linux);
    assert_eq!((plan.steps.len(), plan.packets, plan.bytes), (0, 0, 0));
    let evidence = run::gather(
        plan,
        &options,
        InventorySource::ThisMachine,
        None,
        Events::none(),
        &Cancel::new(),
    )
    .await;
    assert_eq!(evidence.network, None);
    assert!(evidence.collected_at.is_some());
}
