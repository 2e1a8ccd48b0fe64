//! Delay and jitter between client and server, without a queueing discipline that the kernel may lack: the router hands
//! what it forwards to a TUN device, and this program hands it back later.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::{AsRawFd as _, FromRawFd as _, OwnedFd};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::lab::{Lab, Running};

/// Environment variable that turns the test program into a relay: a [`Path`] as JSON.
pub const ROLE: &str = "MEETREADY_TEST_RELAY";
/// The ignored test that plays it.
pub const PLAYER: &str = "play_relay";
/// The device on the router.
const DEVICE: &str = "delay0";

/// What the relay does to packets.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Path {
    /// Delay of every packet each way, milliseconds.
    pub delay_ms: u64,
    /// At random up to so much more, milliseconds. The order of packets stays.
    pub jitter_ms: u64,
    /// Each packet of the voice streams with such a number, up and down, is held back for [`HELD_MS`] more, so that later
    /// ones overtake it; 0 for none.
    pub late_every: [u64; 2],
    /// Each packet of the voice streams with such a number, up and down, comes twice; 0 for none.
    pub twice_every: [u64; 2],
}

/// How long a packet that is overtaken is held back: two packets of a voice stream pass it.
pub const HELD_MS: u64 = 50;

/// Puts `delay_ms`, and at random up to `jitter_ms` more, on every packet each way; ends when dropped. The order of
/// packets stays. Faults of the router come before it on the way up and down.
pub fn start(lab: &Lab, delay_ms: u32, jitter_ms: u32) -> Running {
    let path = Path {
        delay_ms: delay_ms.into(),
        jitter_ms: jitter_ms.into(),
        ..Path::default()
    };
    start_path(lab, path)
}

/// The same for any path.
pub fn start_path(lab: &Lab, path: Path) -> Running {
    let program = std::env::current_exe().expect("the test program");
    let mut command = lab.router.command("nice");
    command
        .args(["-n", "-15"])
        .arg(program)
        .args([PLAYER, "--exact", "--ignored", "--nocapture"])
        .env(ROLE, serde_json::to_string(&path).expect("JSON"));
    let running = Running::start(command);
    running.line(|line| line.contains("the relay is up").then_some(()));
    for line in [
        format!("ip link set {DEVICE} up"),
        format!("ip link set {DEVICE} txqueuelen 20000"),
        "sysctl -qw net.ipv4.conf.all.rp_filter=0".to_owned(),
        format!("sysctl -qw net.ipv4.conf.{DEVICE}.rp_filter=0"),
    ] {
        lab.router.run(&line).expect("the relay's device");
    }
    for family in ["-4", "-6"] {
        for line in [
            format!("{family} route add default dev {DEVICE} table 77"),
            format!("{family} rule add iif tc lookup 77 priority 77"),
            format!("{family} rule add iif ts lookup 77 priority 77"),
        ] {
            lab.router.ip(&line).expect("a way through the relay");
        }
        // What is for the router itself stays there: the local table comes first as always.
    }
    // Every packet passes the router twice; connections are followed only where addresses are translated.
    lab.router
        .nft(&format!(
            "table inet raw {{\n chain pre {{\n type filter hook prerouting priority -300\n iifname tc notrack\n \
             iifname {DEVICE} ip daddr 192.0.2.0/24 notrack\n iifname {DEVICE} ip6 daddr 2001:db8:1::/64 notrack\n }}\n}}"
        ))
        .expect("untracked first passes");
    running
}

/// What the started program does: relays until it is killed. Does nothing where it was not asked to.
pub fn play() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    let path: Path = serde_json::from_str(&role).expect("a path");
    let device = open();
    #[expect(clippy::print_stdout, reason = "the lab waits for this line")]
    {
        println!("the relay is up");
    }
    relay(device, path);
}

/// Makes the device.
#[expect(unsafe_code, reason = "there is no safe call for TUNSETIFF")]
fn open() -> File {
    let file = File::options()
        .read(true)
        .write(true)
        .open("/dev/net/tun")
        .expect("a TUN device");
    // SAFETY: all zeroes is a valid `ifreq`: plain integers and character arrays.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(DEVICE.bytes()) {
        *to = libc::c_char::try_from(from).expect("ASCII");
    }
    request.ifr_ifru.ifru_flags =
        libc::c_short::try_from(libc::IFF_TUN | libc::IFF_NO_PI).expect("flags");
    // SAFETY: the descriptor is open, and the request lives over the call, which reads and writes only it.
    let done = unsafe { libc::ioctl(file.as_raw_fd(), libc::TUNSETIFF, &raw mut request) };
    assert_eq!(done, 0, "{}", std::io::Error::last_os_error());
    // SAFETY: as above; `dup` makes a descriptor of our own, and -1 is asserted against.
    let own = unsafe { libc::dup(file.as_raw_fd()) };
    assert!(own >= 0, "{}", std::io::Error::last_os_error());
    // SAFETY: nobody else owns the new descriptor.
    File::from(unsafe { OwnedFd::from_raw_fd(own) })
}

/// One thread reads and stamps, this one writes when a packet is due.
fn relay(device: File, path: Path) {
    let mut reader = device.try_clone().expect("a second handle");
    let (sender, packets) = std::sync::mpsc::channel::<(Instant, Vec<u8>)>();
    std::thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        let mut latest = [Instant::now(); 2];
        let mut voice = [0_u64; 2];
        while let Ok(len) = reader.read(&mut buffer) {
            let packet = buffer.get(..len).unwrap_or_default();
            let more = Duration::from_micros(rand::random_range(0..=path.jitter_ms * 1_000));
            let way = usize::from(!goes_up(packet));
            let delay = Duration::from_millis(path.delay_ms);
            let mut due = (Instant::now() + delay + more).max(latest[way]);
            latest[way] = due;
            let mut copies = 1;
            if is_voice(packet) {
                voice[way] += 1;
                let met = |every: u64| every > 0 && voice[way].is_multiple_of(every);
                if met(path.late_every[way]) {
                    due += Duration::from_millis(HELD_MS);
                }
                copies += u32::from(met(path.twice_every[way]));
            }
            for _ in 0..copies {
                if sender.send((due, packet.to_vec())).is_err() {
                    return;
                }
            }
        }
    });
    let mut writer = device;
    let mut waiting: BinaryHeap<Reverse<(Instant, u64, Vec<u8>)>> = BinaryHeap::new();
    let mut count = 0;
    loop {
        let next = waiting.peek().map(|Reverse((due, ..))| *due);
        let wait = next.map_or(Duration::from_secs(1), |due| {
            due.saturating_duration_since(Instant::now())
        });
        if !wait.is_zero()
            && let Ok((due, packet)) = packets.recv_timeout(wait)
        {
            count += 1;
            waiting.push(Reverse((due, count, packet)));
        }
        for (due, packet) in packets.try_iter() {
            count += 1;
            waiting.push(Reverse((due, count, packet)));
        }
        while let Some(Reverse((due, ..))) = waiting.peek()
            && *due <= Instant::now()
        {
            if let Some(Reverse((_, _, packet))) = waiting.pop() {
                // A packet that the kernel does not take is a lost one.
                let _ = writer.write(&packet);
            }
        }
    }
}

/// From the client's network: 192.0.2.0/24 or 2001:db8:1::/64.
fn goes_up(packet: &[u8]) -> bool {
    match packet.first().map(|b| b >> 4) {
        Some(4) => packet.get(12..15) == Some(&[192, 0, 2]),
        _ => packet.get(8..14) == Some(&[0x20, 0x01, 0x0d, 0xb8, 0, 1]),
    }
}

/// A datagram of a voice stream, by its length.
fn is_voice(packet: &[u8]) -> bool {
    let udp = match packet.first().map(|b| b >> 4) {
        Some(4) if packet.get(9) == Some(&17) => 20,
        Some(6) if packet.get(6) == Some(&17) => 40,
        _ => return false,
    };
    packet.len() == udp + 8 + meetready::probe::quality::PAYLOAD_BYTES
}
