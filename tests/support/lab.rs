//! A private network: client - router - server, each in a namespace of its own; faults are put on the router, and
//! the injected fault is the truth that a report is held against.
//!
//! Client 192.0.2.2 and 2001:db8:1::2, server 198.51.100.2 and 2001:db8:2::2 (documentation addresses, RFC 5737 and
//! RFC 3849), the router at .1 and ::1 of both.

use std::fmt;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use meetready::model::Report;

use super::shell::{Namespace, fresh_name, run, sweep};

/// The program under test.
pub const MEETREADY: &str = env!("CARGO_BIN_EXE_meetready");

/// The server's IPv4 address.
pub const SERVER: &str = "198.51.100.2";
/// The server's IPv6 address.
pub const SERVER6: &str = "2001:db8:2::2";

/// Which way a packet goes, seen from the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Client to server.
    Up,
    /// Server to client.
    Down,
}

/// What the router does with a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Drops it.
    Drop,
    /// Answers with a TCP reset.
    Reset,
    /// Answers with ICMP "port unreachable".
    Unreachable,
    /// Answers with ICMP "administratively prohibited".
    Prohibited,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Drop => "drop",
            Self::Reset => "reject with tcp reset",
            Self::Unreachable => "reject with icmpx type port-unreachable",
            Self::Prohibited => "reject with icmpx type admin-prohibited",
        })
    }
}

/// The network.
pub struct Lab {
    /// Where `meetready check` runs.
    pub client: Namespace,
    /// Where faults are put.
    pub router: Namespace,
    /// Where the reflector runs.
    pub server: Namespace,
}

impl Lab {
    /// Makes the network, or says that this machine cannot. Where tests must not be skipped (`CI` or
    /// `MEETREADY_REQUIRE_NETLAB` set), it panics instead.
    pub fn new() -> Option<Self> {
        match possible() {
            // From here on a failure is the lab's own, and fails the test.
            Ok(()) => Some(Self::build().expect("the lab is made")),
            Err(why) => {
                let required = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
                assert!(
                    !required("CI") && !required("MEETREADY_REQUIRE_NETLAB"),
                    "the network lab is required, and cannot be made: {why}"
                );
                eprintln!("SKIPPED: the network lab cannot be made here: {why}");
                None
            }
        }
    }

    fn build() -> Result<Self, String> {
        let name = fresh_name();
        let made = |end: char| Namespace::new(format!("{name}{end}"));
        let lab = Self {
            client: made('c')?,
            router: made('r')?,
            server: made('s')?,
        };
        // Addresses are usable at once: the first second of a lab must be like any other.
        for space in [&lab.client, &lab.router, &lab.server] {
            space.run(
                "sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0",
            )?;
        }
        let forwarding = "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1";
        lab.router.run(forwarding)?;
        wire(&lab.client, &lab.router, "tc", "192.0.2", "2001:db8:1:")?;
        wire(&lab.server, &lab.router, "ts", "198.51.100", "2001:db8:2:")?;
        lab.router.nft(
            "table inet faults {\n chain forward {\n type filter hook forward priority 0\n }\n}",
        )?;
        // Names go nowhere unless a test serves them: the resolver of the machine outside must not be asked.
        lab.client.etc("resolv.conf", "nameserver 127.0.0.1\n")?;
        lab.server.etc("resolv.conf", "nameserver 127.0.0.1\n")?;
        lab.client
            .etc("hosts", "127.0.0.1 localhost\n::1 localhost\n")?;
        Ok(lab)
    }

    fn rule(&self, rule: &str) {
        self.router
            .nft(&format!("add rule inet faults forward {rule}"))
            .expect("an nft rule");
    }

    /// Does `fault` to what goes `way` to or from the server's `ports` (nft syntax, such as `8801-8810, 443`).
    pub fn block(&self, transport: &str, ports: &str, way: Way, fault: Fault) {
        let (device, side) = match way {
            Way::Up => ("tc", "dport"),
            Way::Down => ("ts", "sport"),
        };
        self.rule(&format!(
            "iifname {device} {transport} {side} {{ {ports} }} counter {fault}"
        ));
    }

    /// Drops everything from the client but the given rule's match.
    pub fn only(&self, pass: &str) {
        self.rule(&format!("iifname tc {pass} counter accept"));
        self.rule("iifname tc meta l4proto { tcp, udp } counter drop");
    }

    /// Drops the first so many bytes of UDP to the server's `ports` over IPv4, and nothing after them.
    pub fn gap(&self, ports: &str, bytes: u32) {
        self.rule(&format!(
            "iifname tc ip protocol udp udp dport {{ {ports} }} quota until {bytes} bytes counter drop"
        ));
    }

    /// Does `fault` to everything from the client over IPv6.
    pub fn no_way_over_ipv6(&self, fault: &str) {
        self.rule(&format!("iifname tc meta nfproto ipv6 counter {fault}"));
    }

    /// Loses this share of packets at random.
    pub fn loss(&self, way: Way, percent: u32) {
        let device = match way {
            Way::Up => "tc",
            Way::Down => "ts",
        };
        let share = percent * 10;
        self.rule(&format!(
            "iifname {device} numgen random mod 1000 < {share} counter drop"
        ));
    }

    /// Drops of the voice streams what `pattern` matches (nft syntax, such as `numgen random mod 50 < 1`), and nothing
    /// else. Counts what came and then what was dropped.
    pub fn voice_loss(&self, way: Way, pattern: &str) {
        let device = match way {
            Way::Up => "tc",
            Way::Down => "ts",
        };
        let length = meetready::probe::quality::PAYLOAD_BYTES + 8;
        let voice = format!("iifname {device} udp length {length}");
        self.rule(&format!("{voice} counter"));
        self.rule(&format!("{voice} {pattern} counter drop"));
    }

    /// Limits the rate, one hop away from the sender, with a queue of 200 ms. `burst` is the token bucket in bytes.
    pub fn rate(&self, way: Way, kbit: u32, burst: u32) {
        let device = match way {
            Way::Up => "ts",
            Way::Down => "tc",
        };
        self.router
            .run(&format!(
                "tc qdisc replace dev {device} root tbf rate {kbit}kbit burst {burst} latency 200ms"
            ))
            .expect("a shaped link");
    }

    /// Limits the rate by dropping what is above it, without any queue. The bucket is `burst` bytes and, as nftables
    /// has it, one second of the rate beside.
    pub fn policer(&self, way: Way, bytes_a_second: u32, burst: u32) {
        let device = match way {
            Way::Up => "tc",
            Way::Down => "ts",
        };
        self.rule(&format!(
            "iifname {device} limit rate over {bytes_a_second} bytes/second burst {burst} bytes counter drop"
        ));
    }

    /// Limits the rate with a queue that never drops.
    pub fn deep_queue(&self, way: Way, kbit: u32) {
        let device = match way {
            Way::Up => "ts",
            Way::Down => "tc",
        };
        for line in [
            format!("tc qdisc replace dev {device} root handle 1: htb default 1"),
            format!(
                "tc class add dev {device} parent 1: classid 1:1 htb rate {kbit}kbit burst 1600 cburst 1600"
            ),
            format!("tc qdisc add dev {device} parent 1:1 bfifo limit 100000000"),
        ] {
            self.router.run(&line).expect("a shaped link");
        }
    }

    /// Gives both ways one rate together, as half-duplex media have it.
    pub fn shared_rate(&self, kbit: u32, burst: u32) {
        let mut lines = vec![
            "ip link add both type ifb".to_owned(),
            "ip link set both up".to_owned(),
            format!("tc qdisc add dev both root tbf rate {kbit}kbit burst {burst} latency 200ms"),
        ];
        for device in ["tc", "ts"] {
            lines.push(format!("tc qdisc add dev {device} clsact"));
            lines.push(format!(
                "tc filter add dev {device} egress protocol all u32 match u32 0 0 action mirred egress redirect dev both"
            ));
        }
        for line in lines {
            self.router.run(&line).expect("a shared link");
        }
    }

    /// Hides the client behind the router's address.
    pub fn masquerade(&self) {
        self.router
            .nft("table ip nat {\n chain post {\n type nat hook postrouting priority 100\n oifname ts masquerade\n }\n}")
            .expect("address translation");
    }

    /// Takes the client's IPv6 away.
    pub fn without_ipv6(&self) {
        self.client
            .run("sysctl -qw net.ipv6.conf.e0.disable_ipv6=1")
            .expect("IPv6 gone");
    }

    /// Leaves the client only the IPv6 address of its link, and a route that leads everywhere.
    pub fn link_local_only(&self) {
        self.client
            .ip("-6 addr flush dev e0 scope global")
            .and_then(|_| self.client.ip("-6 route replace default dev e0"))
            .expect("IPv6 of the link only");
    }

    /// Takes the client's IPv4 away.
    pub fn without_ipv4(&self) {
        self.client.ip("-4 addr flush dev e0").expect("IPv4 gone");
    }

    /// Packets that fault rules matched so far, rule by rule in the order they were made.
    pub fn counted(&self) -> Vec<u64> {
        let list = self
            .router
            .run("nft list chain inet faults forward")
            .expect("counters");
        list.lines()
            .filter_map(|l| l.split("counter packets ").nth(1))
            .filter_map(|l| l.split_whitespace().next()?.parse().ok())
            .collect()
    }
}

/// What a device of the router sent, sampled while it lives.
pub struct Meter {
    stop: Arc<AtomicBool>,
    samples: Option<JoinHandle<Vec<Sample>>>,
    _inside: Running,
}

/// Octets that had left at the IP layer, and between which moments they were read.
#[derive(Clone, Copy)]
struct Sample {
    before: Instant,
    after: Instant,
    octets: u64,
}

impl Meter {
    /// The highest rate that certainly left during any part of this length, kbit/s at the IP layer.
    pub fn highest(mut self, part: Duration) -> u64 {
        self.stop.store(true, Ordering::Release);
        let samples = self.samples.take().map(|s| s.join().expect("samples"));
        let samples = samples.unwrap_or_default();
        let rate = |from: &Sample| {
            let to = samples.iter().find(|s| s.before - from.before >= part)?;
            let bits = u128::from(to.octets - from.octets) * 8;
            u64::try_from(bits * 1_000 / (to.after - from.before).as_micros()).ok()
        };
        samples.iter().filter_map(rate).max().unwrap_or(0)
    }
}

impl Lab {
    /// Samples what the router sends on this way from now on: behind its shaper, so what the line really carried.
    pub fn meter(&self, way: Way) -> Meter {
        let device = match way {
            Way::Up => "ts:",
            Way::Down => "tc:",
        };
        let mut command = self.router.command("sh");
        command.args(["-c", "echo $$; exec sleep 600"]);
        let inside = Running::start(command);
        let counters = format!("/proc/{}/net/dev", inside.line(|l| l.parse::<u32>().ok()));
        let stop = Arc::new(AtomicBool::new(false));
        let ended = stop.clone();
        let samples = std::thread::spawn(move || {
            let mut samples = Vec::new();
            while !ended.load(Ordering::Acquire) {
                let before = Instant::now();
                let text = std::fs::read_to_string(&counters).expect("counters");
                let after = Instant::now();
                let line = text.lines().find_map(|l| l.trim().strip_prefix(device));
                let fields: Vec<u64> = line
                    .expect("the device")
                    .split_whitespace()
                    .map(|n| n.parse().expect("a number"))
                    .collect();
                // Eight fields of what came in, then bytes and packets that left, each with its Ethernet header.
                let octets = fields[8] - 14 * fields[9];
                samples.push(Sample {
                    before,
                    after,
                    octets,
                });
                std::thread::sleep(Duration::from_millis(10));
            }
            samples
        });
        Meter {
            stop,
            samples: Some(samples),
            _inside: inside,
        }
    }
}

/// Whether this machine lets us make namespaces and has the tools: what it cannot have is no fault of the program.
fn possible() -> Result<(), String> {
    sweep();
    run("nft --version")?;
    run("tc -V")?;
    Namespace::new(fresh_name()).map(drop)
}

/// A cable between an end and the router. Segmentation offload is off: a shaped link must see single packets.
fn wire(end: &Namespace, router: &Namespace, port: &str, v4: &str, v6: &str) -> Result<(), String> {
    end.ip(&format!(
        "link add e0 type veth peer name {port} netns {}",
        router.name
    ))?;
    for (space, device, host) in [(end, "e0", 2), (router, port, 1)] {
        space.ip(&format!("addr add {v4}.{host}/24 dev {device}"))?;
        space.ip(&format!("addr add {v6}:{host}/64 dev {device} nodad"))?;
        space.ip(&format!("link set {device} gso_max_segs 1"))?;
        space.ip(&format!("link set {device} up"))?;
    }
    end.ip(&format!("route add default via {v4}.1"))?;
    end.ip(&format!("-6 route add default via {v6}:1"))?;
    Ok(())
}

/// A program that runs in a namespace until dropped.
pub struct Running {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Running {
    /// Starts a command and listens to its standard output.
    pub fn start(mut command: std::process::Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a program in a namespace");
        let output = child.stdout.take().expect("its output");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines }
    }

    /// Waits for a line that `wanted` finds something in.
    pub fn line<T>(&self, wanted: impl Fn(&str) -> Option<T>) -> T {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).expect("the awaited line");
            if let Some(found) = wanted(&line) {
                return found;
            }
        }
    }

    /// Ends it at once, as a crash would.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The program in a namespace, with more right to the processor than what else this machine does: its measurements need
/// it when it is due. Where that is not granted it runs all the same.
fn before_others(space: &Namespace) -> std::process::Command {
    let mut command = space.command("nice");
    command.args(["-n", "-15", MEETREADY]);
    command
}

/// What `meetready check` came to.
pub struct Checked {
    /// Exit code.
    pub code: i32,
    /// The report.
    pub report: Report,
}

impl Lab {
    /// Starts `meetready reflect` at the server; returns it and its join URL.
    pub fn reflector(&self, arguments: &[&str]) -> (Running, String) {
        reflector_in(&self.server, arguments)
    }

    /// Runs `meetready check --format json` at the client.
    pub fn check(&self, arguments: &[&str]) -> Checked {
        self.check_with(arguments, &[])
    }

    /// The same with environment variables.
    pub fn check_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Checked {
        check_in(&self.client, arguments, environment)
    }
}

/// Starts `meetready reflect` in a namespace; returns it and its join URL.
pub fn reflector_in(space: &Namespace, arguments: &[&str]) -> (Running, String) {
    let mut command = before_others(space);
    command.arg("reflect").args(arguments);
    let running = Running::start(command);
    let url = running.line(|line| {
        line.split_whitespace()
            .find(|word| word.starts_with("meetready://"))
            .map(str::to_owned)
    });
    (running, url)
}

/// Runs `meetready check --format json` in a namespace.
pub fn check_in(space: &Namespace, arguments: &[&str], environment: &[(&str, &str)]) -> Checked {
    {
        let mut command = before_others(space);
        command
            .args(["check", "--format", "json"])
            .args(arguments)
            .envs(environment.iter().copied());
        let output = command.output().expect("meetready check");
        let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| {
            panic!(
                "no report ({e}), {}: {}\n{}",
                output.status,
                String::from_utf8_lossy(&output.stderr),
                String::from_utf8_lossy(&output.stdout)
            )
        });
        Checked {
            code: output.status.code().unwrap_or(-1),
            report,
        }
    }
}
