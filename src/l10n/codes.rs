//! The keys of every code of the model that users meet.

use std::borrow::Cow;

use crate::model::comparison::{NetworkState, Remark, Trend};
use crate::model::device_use::{Access, DeviceState, TrialOutcome};
use crate::model::fact::UnknownCode;
use crate::model::inventory::{Bus, LinkKind, OsFamily};
use crate::model::media::{LineLoad, MediaKind};
use crate::model::network::{Direction, FailureCode, Grade, NatMapping, ReflectorRole};
use crate::model::ports::PortStanding;
use crate::model::power::PowerSupply;
use crate::model::quantity::What;
use crate::model::reason::{NextStep, Owner, Reason};
use crate::model::report::{LimitedBy, Readiness};
use crate::model::requirement::{Confidence, Level};
use crate::model::rule::{
    CpuSegment, DeviceKind, QualityMetric, Scope, StatementAbout, VirtualDesktopStance,
};
use crate::model::verdict::Verdict;

/// A code that has a text under a key of its own.
pub trait Coded: Copy + Sized + 'static {
    /// Every code.
    const ALL: &'static [Self];
    /// The key of its text.
    fn key(self) -> Cow<'static, str>;
}

/// The match is exhaustive, so a code added to the model does not compile until it is listed here; the list and the
/// match are written by the same line.
macro_rules! keys {
    ($($name:ident, $prefix:literal { $($variant:ident = $code:literal),+ $(,)? })+) => {$(
        impl Coded for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn key(self) -> Cow<'static, str> {
                Cow::Borrowed(match self { $(Self::$variant => concat!($prefix, "-", $code)),+ })
            }
        }
    )+
        #[cfg(test)]
        fn listed_keys() -> Vec<String> {
            let mut keys = Vec::new();
            $(keys.extend(<$name as Coded>::ALL.iter().map(|c| c.key().into_owned()));)+
            keys
        }
    };
}

macro_rules! own_codes {
    ($($name:ident = $prefix:literal),+ $(,)?) => {$(
        impl Coded for $name {
            const ALL: &'static [Self] = $name::ALL;
            fn key(self) -> Cow<'static, str> {
                Cow::Owned(format!(concat!($prefix, "-{}"), self.code()))
            }
        }
    )+
        #[cfg(test)]
        fn own_keys() -> Vec<String> {
            let mut keys = Vec::new();
            $(keys.extend($name::ALL.iter().map(|c| c.key().into_owned()));)+
            keys
        }
    };
}

own_codes!(Reason = "reason", Owner = "owner", NextStep = "next");

keys! {
    Verdict, "verdict" {
        Pass = "pass", Warn = "warn", Fail = "fail", Inconclusive = "inconclusive", NotApplicable = "not-applicable",
    }
    Level, "level" { Required = "required", Recommended = "recommended", Informative = "informative" }
    Confidence, "confidence" { Document = "document", VendorPage = "vendor-page", Unverified = "unverified" }
    UnknownCode, "unknown" {
        NotCollected = "not-collected", NotSupported = "not-supported", NotFound = "not-found",
        NotPermitted = "not-permitted", Unparsable = "unparsable", Undecided = "undecided", TimedOut = "timed-out",
        Failed = "failed", Redacted = "redacted",
    }
    FailureCode, "failure" {
        DnsNoSuchName = "dns-no-such-name", DnsNoAddress = "dns-no-address", DnsUnreachable = "dns-unreachable",
        DnsRefused = "dns-refused", TimedOut = "timed-out", Refused = "refused", Reset = "reset", Closed = "closed",
        NetworkUnreachable = "network-unreachable", HostUnreachable = "host-unreachable", Prohibited = "prohibited",
        NoLocalAddress = "no-local-address", TlsFailed = "tls-failed", CertificateUntrusted = "certificate-untrusted",
        CertificateNotPinned = "certificate-not-pinned", CertificateWrongName = "certificate-wrong-name",
        CertificateExpired = "certificate-expired", ProxyAuthenticationRequired = "proxy-authentication-required",
        ProxyFailed = "proxy-failed", BadReply = "bad-reply", NotOurReflector = "not-our-reflector",
        AccessDenied = "access-denied", Busy = "busy", PortNotHeld = "port-not-held", LocalSocket = "local-socket",
        Cancelled = "cancelled", Other = "other",
    }
    OsFamily, "os" {
        Windows = "windows", Macos = "macos", Linux = "linux", Ios = "ios", Ipados = "ipados", Android = "android",
        Other = "other",
    }
    Bus, "bus" {
        BuiltIn = "built-in", Usb = "usb", Bluetooth = "bluetooth", Hdmi = "hdmi", Virtual = "virtual",
        Other = "other",
    }
    LinkKind, "link" {
        Wired = "wired", Wifi = "wifi", Cellular = "cellular", Vpn = "vpn", Virtual = "virtual",
        Loopback = "loopback", Other = "other",
    }
    Access, "access" {
        Allowed = "allowed", DeniedByUser = "denied-by-user", DeniedForPc = "denied-for-pc",
        DeniedByPolicy = "denied-by-policy", DeniedByPermission = "denied-by-permission",
    }
    DeviceState, "device-state" { Active = "active", Disabled = "disabled", Unplugged = "unplugged" }
    TrialOutcome, "trial" {
        Works = "works", Silent = "silent", Black = "black", Busy = "busy", Denied = "denied",
        TimedOut = "timed-out", NotSupported = "not-supported", Failed = "failed",
    }
    PowerSupply, "power" { Mains = "mains", Battery = "battery" }
    ReflectorRole, "role" { SelfTest = "self-test", Outside = "outside", Lan = "lan" }
    Grade, "grade" {
        AuthenticatedEcho = "authenticated-echo", ServiceReply = "service-reply", HandshakeOnly = "handshake-only",
        Reject = "reject", Silence = "silence",
    }
    Readiness, "readiness" { Ready = "ready", Tight = "tight", NotReady = "not-ready", NotProved = "not-proved" }
    MediaKind, "media" { Audio = "audio", Video = "video" }
    LineLoad, "load" { Idle = "idle", Call = "call" }
    Trend, "trend" {
        Better = "better", Worse = "worse", Same = "same", Unproved = "unproved", Changed = "changed",
    }
    NetworkState, "state" { Open = "open", Blocked = "blocked", Unproved = "unproved", Inspected = "inspected" }
    Remark, "remark" {
        OtherHost = "other-host", HostUnknown = "host-unknown", OtherTool = "other-tool",
        OtherEdition = "other-edition", OtherProducts = "other-products", OtherParticipants = "other-participants",
        OtherReflector = "other-reflector", NetworkOnce = "network-once", SelfReflector = "self-reflector",
        Reversed = "reversed", TimeUnknown = "time-unknown",
    }
    Direction, "direction" { Up = "up", Down = "down" }
    Scope, "scope" { Cloud = "cloud", Lan = "lan" }
    What, "what" {
        Os = "os", CpuModel = "cpu-model", CpuTier = "cpu-tier", CpuGeneration = "cpu-generation",
        CpuSegment = "cpu-segment", Cores = "cores", PerformanceCores = "performance-cores",
        EfficiencyCores = "efficiency-cores", BaseClock = "base-clock", MaxClock = "max-clock", Bits = "bits",
        MemoryInstalled = "memory-installed", MemoryUsable = "memory-usable", Devices = "devices",
        DeviceBus = "device-bus", Displays = "displays", Diagonal = "diagonal", Touch = "touch",
        TouchDriver = "touch-driver", Browser = "browser", App = "app", Link = "link",
        LinkTechnology = "link-technology", LinkSpeed = "link-speed", Network = "network",
        VirtualDesktop = "virtual-desktop", Ports = "ports", PortsOpen = "ports-open",
        PortsBlocked = "ports-blocked", PortsUnproved = "ports-unproved", PortsTried = "ports-tried",
        PortsBetween = "ports-between", Up = "up",
        Down = "down", LossUp = "loss-up", LossDown = "loss-down", JitterUp = "jitter-up",
        JitterDown = "jitter-down", RoundTrip = "round-trip", OneWayDelay = "one-way-delay",
        WindowsBreached = "windows-breached",
    }
    LimitedBy, "limited" {
        Up = "up", Down = "down", UpAndDown = "up-and-down", Ports = "ports", TcpFallback = "tcp-fallback",
        Quality = "quality", Device = "device", NotMeasured = "not-measured",
    }
    NatMapping, "nat" {
        Untranslated = "untranslated", EndpointIndependent = "endpoint-independent",
        AddressDependent = "address-dependent", PortDependent = "port-dependent",
        NotPortDependent = "not-port-dependent",
    }
    PortStanding, "standing" {
        Open = "open", BlockedUp = "blocked-up", BlockedDown = "blocked-down", Blocked = "blocked",
        Rejected = "rejected", Intercepted = "intercepted", Unproved = "unproved", NotTestable = "not-testable",
        BetweenBlocked = "between-blocked", Sampled = "sampled", Untried = "untried",
    }
    CpuSegment, "segment" { Desktop = "desktop", Mobile = "mobile", Server = "server", Embedded = "embedded" }
    DeviceKind, "device" { Camera = "camera", Microphone = "microphone", Speaker = "speaker" }
    VirtualDesktopStance, "stance" { NotGuaranteed = "not-guaranteed", NotRecommended = "not-recommended" }
    QualityMetric, "metric" {
        Loss = "loss", Jitter = "jitter", RoundTrip = "round-trip", OneWayDelay = "one-way-delay",
    }
    StatementAbout, "about" {
        ClientFeatures = "client-features", BrowserFeatures = "browser-features",
        SupportedSoftware = "supported-software", Download = "download", Condition = "condition",
    }
}

/// The keys that the model's codes need: their own, and the explanation of each reason.
#[cfg(test)]
pub(super) fn every_coded_key() -> Vec<String> {
    let whys = Reason::ALL
        .iter()
        .map(|r| format!("reason-{}-why", r.code()));
    own_keys()
        .into_iter()
        .chain(listed_keys())
        .chain(whys)
        .chain(kinds())
        .collect()
}

/// The keys of the rule kinds, as the schema of [`Rule`](crate::model::rule::Rule) names them.
#[cfg(test)]
fn kinds() -> Vec<String> {
    let schema = schemars::schema_for!(crate::model::rule::Rule);
    let alternatives = schema
        .get("oneOf")
        .and_then(|v| v.as_array())
        .expect("a rule is one of several kinds");
    let names = alternatives
        .iter()
        .filter_map(|a| a.get("required")?.get(0)?.as_str());
    let keys: Vec<String> = names.map(|kind| format!("kind-{kind}")).collect();
    assert_eq!(keys.len(), alternatives.len());
    keys
}
