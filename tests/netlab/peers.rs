//! Other people's STUN clients read what our reflector answers.

use std::process::Command;

use meetready::model::rule::{PortRange, Transport};

use crate::beside_others;
use crate::support::lab::Lab;

/// Whether a program is there. Where tests must not be skipped it has to be.
fn installed(program: &str, package: &str) -> bool {
    let found = Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .output()
        .is_ok_and(|o| o.status.success());
    let required = std::env::var_os("MEETREADY_REQUIRE_NETLAB").is_some_and(|v| !v.is_empty());
    assert!(
        found || !required,
        "{program} is required; install the package {package}"
    );
    if !found {
        eprintln!("SKIPPED: {program} is not installed (package {package})");
    }
    found
}

/// A reflector at the server that holds UDP 3478 and 3479, held by a session of a client in the same namespace.
fn held(lab: &Lab) -> (crate::support::lab::Running, crate::support::lab::Running) {
    let (reflector, url) = lab.reflector(&[]);
    let program = std::env::current_exe().expect("the test program");
    let mut command = lab.client.command(&program.to_string_lossy());
    command
        .args([HOLDER, "--exact", "--ignored", "--nocapture"])
        .env(ROLE, url);
    let holder = crate::support::lab::Running::start(command);
    holder.line(|line| line.contains("ports are held").then_some(()));
    (reflector, holder)
}

const ROLE: &str = "MEETREADY_TEST_HOLDS";
const HOLDER: &str = "peers::hold_ports";

/// Holds ports until it is killed; by itself it tests nothing.
#[test]
#[ignore = "started by other tests inside their namespaces"]
fn hold_ports() {
    use meetready::probe::reflector::{Limits, Session};
    use meetready::wire::control::LeaseRequest;
    let Ok(url) = std::env::var(ROLE) else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let url = url.parse().expect("a join URL");
        let limits = Limits {
            proxy: false,
            ..Limits::default()
        };
        let session = Session::open(&url, &limits).await.expect("a session");
        let request = LeaseRequest {
            transport: Transport::Udp,
            ports: PortRange::compress([3478, 3479]),
            any: 0,
        };
        let reply = session.lease(&request).await.expect("leases");
        assert!(reply.refused.is_empty(), "{reply:?}");
        println!("ports are held");
        std::future::pending::<()>().await;
    });
}

#[test]
fn coturns_clients_and_stun_client_read_our_stun() {
    let _turn = beside_others();
    let coturn = installed("turnutils_stunclient", "coturn");
    let stun = installed("stun", "stun-client");
    if !coturn && !stun {
        return;
    }
    let Some(lab) = Lab::new() else { return };
    // Behind address translation the address that is told is another than the client's own.
    lab.masquerade();
    let (_reflector, _holder) = held(&lab);
    let said = |line: &str| {
        let mut words = line.split_whitespace();
        let program = words.next().expect("a program");
        let output = lab
            .client
            .command(program)
            .args(words)
            .output()
            .expect("a STUN client");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text + &String::from_utf8_lossy(&output.stderr)
    };
    if coturn {
        for port in ["3478", "3479"] {
            let text = said(&format!(
                "timeout 10 turnutils_stunclient -p {port} 198.51.100.2"
            ));
            assert!(
                text.contains("UDP reflexive addr: 198.51.100.1:"),
                "{port}: {text}"
            );
        }
        let text = said("timeout 20 turnutils_natdiscovery -m -p 3478 198.51.100.2");
        assert!(text.contains("198.51.100.1:"), "{text}");
    }
    if stun {
        let text = said("timeout 20 stun 198.51.100.2:3478 -v 1");
        assert!(text.contains("MappedAddress = 198.51.100.1:"), "{text}");
    }
}
