use proptest::prelude::*;

use super::masker::{Masker, is_ordinary_interface};
use super::*;

fn public() -> Masker {
    let mut masker = Masker::new(Redaction::Public);
    masker.learn_subject(&Subject {
        host: Some("kaigi-pc07.example.co.jp".into()),
        user: Some("EXAMPLE\\taro.yamada".into()),
        ..Subject::default()
    });
    masker
}

#[test]
fn private_things_go_wherever_they_stand() {
    for (text, masked) in [
        ("/home/hanako/.config", "/home/user-2/.config"),
        (r"C:\Users\Taro Yamada\AppData", r"C:\Users\user-2\AppData"),
        (
            "connect 10.1.2.3:443 refused",
            "connect 198.51.100.1:443 refused",
        ),
        ("[fe80::1%eth0]:443", "[2001:db8:8000:1::1%eth0]:443"),
        ("route via 10.9.8.7.", "route via 198.51.100.1."),
        ("::ffff:10.1.2.3", "::ffff:198.51.100.1"),
        ("link 00:1a:2B:3c:4d:5e up", "link mac-1 up"),
        ("00-1A-2B-3C-4D-5E", "mac-1"),
        ("001a.2b3c.4d5e", "mac-1"),
        (
            "/sys/class/net/enx001a2b3c4d5e/speed",
            "/sys/class/net/mac-1/speed",
        ),
        ("SSID: \"Example Guest\", ch 6", "SSID: \"ssid-1\", ch 6"),
        ("ssid=Example Guest 5G", "ssid=ssid-1"),
        ("S/N 5CD1234XYZ", "S/N serial-1"),
        ("serial number: 5CD12X", "serial number: serial-1"),
        (
            r"\\?\usb#vid_046d&pid_0825#8e1f2b3f#{x}",
            r"\\?\usb#vid_046d&pid_0825#serial-1#{x}",
        ),
        (
            "login taro.yamada@example.co.jp failed",
            "login user-2 failed",
        ),
        ("KAIGI-PC07 said no", "host-1 said no"),
        ("kaigi-pc07.example.co.jp", "host-1"),
        ("files.example.co.jp", "files.domain-1"),
        ("printer.corp answered", "host-2 answered"),
        ("Yamada's webcam", "user-1's webcam"),
    ] {
        assert_eq!(public().text(text), masked, "{text}");
    }
}

#[test]
fn notations_of_programs_are_read() {
    for (text, masked) in [
        ("001a-2b3c-4d5e", "mac-1"),
        ("001A:2B3C:4D5E", "mac-1"),
        ("at 0:1a:2b:3c:4d:5e on en0", "at mac-1 on en0"),
        (r#"{"ssid":"Example Guest"}"#, r#"{"ssid":"ssid-1"}"#),
        (r#"{\"ssid\":\"Guest\"}"#, r#"{\"ssid\":\"ssid-1"}"#),
        (r#"{"serial": "5CD12X"}"#, r#"{"serial": "serial-1"}"#),
        (r"C:\\Users\\hanako\\x", r"C:\\Users\\user-2\\x"),
        (r"\/home\/hanako\/x", "/home/user-2/x"),
        ("ip2400:4050::77", "ip2001:db8:8000:1::1"),
    ] {
        assert_eq!(public().text(text), masked, "{text}");
    }
}

#[test]
fn what_is_not_private_stays() {
    for text in [
        "HD Pro Webcam C920",
        "no route to host",
        "/proc/cpuinfo model name",
        r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\CurrentBuildNumber",
        "127.0.0.1:5000 and ::1 and localhost",
        "std::io::Error: timed out at 12:30:45",
        "serial port not found",
        "zoom.us",
        "_SC_NPROCESSORS_ONLN",
    ] {
        assert_eq!(public().text(text), text);
    }
    let kernel = "5.15.167.4-microsoft-standard-WSL2";
    assert_eq!(public().known(kernel), kernel);
}

#[test]
fn the_same_thing_has_the_same_mask() {
    let mut m = public();
    assert_eq!(
        m.text("10.0.0.1 to 10.0.0.2 to 10.0.0.1"),
        "198.51.100.1 to 198.51.100.2 to 198.51.100.1"
    );
    assert_eq!(m.text("AA:BB:CC:DD:EE:FF"), m.text("aa:bb:cc:dd:ee:ff"));
}

#[test]
fn owners_of_devices_go() {
    for (name, masked) in [
        ("Hanako's AirPods Pro", "user-2's AirPods Pro"),
        ("花子のAirPods", "user-2のAirPods"),
        ("Headset (Hanako's AirPods)", "Headset (user-2's AirPods)"),
        ("Logitech BRIO", "Logitech BRIO"),
    ] {
        assert_eq!(public().device(name), masked);
    }
}

#[test]
fn short_names_are_masked_as_whole_words_only() {
    let mut m = Masker::new(Redaction::Public);
    m.learn_subject(&Subject {
        user: Some("io".into()),
        host: Some("pc".into()),
        ..Subject::default()
    });
    assert_eq!(
        m.text("io on pc: audio of pcspkr"),
        "user-1 on host-1: audio of pcspkr"
    );
}

#[test]
fn insiders_see_all_but_the_user() {
    let mut m = Masker::new(Redaction::Internal);
    m.learn_subject(&Subject {
        user: Some("hanako".into()),
        host: Some("pc07".into()),
        ..Subject::default()
    });
    assert_eq!(
        m.text("hanako@pc07 10.1.2.3 /home/jiro/x 00:1a:2b:3c:4d:5e"),
        "user-1@pc07 10.1.2.3 /home/user-2/x 00:1a:2b:3c:4d:5e"
    );
}

#[test]
fn interfaces_that_people_named_are_told_from_those_of_the_system() {
    for name in [
        "eth0",
        "enp3s0",
        "wlp2s0f0",
        "en0",
        "Wi-Fi",
        "Wi-Fi 2",
        "Ethernet 3",
        "utun4",
        "lo",
        "イーサネット 2",
    ] {
        assert!(is_ordinary_interface(name), "{name}");
    }
    for name in ["Example VPN", "enoffice", "ExampleCorp", "eth-example"] {
        assert!(!is_ordinary_interface(name), "{name}");
    }
}

proptest! {
    /// Nothing is left of a span, however many overlap, and nothing panics.
    #[test]
    fn any_text_is_masked(text in "(?s).{0,120}", user in "[a-zA-Zａ-ｚ \\\\@.]{0,12}", host in "[a-z.0-9-]{0,20}") {
        let mut m = Masker::new(Redaction::Public);
        m.learn_subject(&Subject { user: Some(user), host: Some(host), ..Subject::default() });
        let _ = m.text(&text);
        let _ = m.device(&text);
    }

    #[test]
    fn planted_names_are_found_in_any_surroundings(
        before in "[ -~]{0,20}", after in "[ -~]{0,20}", user in "[b-z]{5,9}", address in any::<std::net::Ipv4Addr>(),
    ) {
        let mut m = Masker::new(Redaction::Public);
        m.learn_subject(&Subject { user: Some(user.clone()), ..Subject::default() });
        let masked = m.text(&format!("{before}{user}{after} {address} {after}"));
        prop_assert!(!masked.to_lowercase().contains(&user) || "user".contains(&user), "{masked}");
        let kept = address.is_loopback() || address.is_unspecified() || address.is_broadcast();
        let alone = masked.split(|c: char| !c.is_ascii_digit() && c != '.').any(|w| w == address.to_string());
        prop_assert!(kept || !alone, "{masked}");
    }
}
