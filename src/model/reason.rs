//! Reason codes: why a result is what it is, who acts, and what to do next. Translated in l10n as
//! `reason-<code>` (title), `reason-<code>-why`, `next-<code>` and `owner-<code>`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $code)] $variant),+
        }
        impl $name {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant),+];
            /// The code as it is written in files.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }
    };
}

codes! {
    /// Why a result is what it is.
    Reason {
        /// The requirement is met.
        Met = "met",
        /// The upper end of a printed range is not reached, its lower end is.
        WithinRange = "within-range",
        /// The fact was not collected or not supplied.
        NotCollected = "not-collected",
        /// The system could not tell.
        Unknown = "unknown",
        /// The facts are of another kind of device than the variant asks for.
        OtherDevice = "other-device",
        /// The requirement is for another platform.
        OtherPlatform = "other-platform",
        /// A printed statement that nothing on the PC can answer.
        Statement = "statement",

        /// The OS is not in the list.
        OsUnlisted = "os-unlisted",
        /// The OS version is older than asked.
        OsTooOld = "os-too-old",
        /// Support for the OS ends with a client release.
        OsEnding = "os-ending",
        /// Support for the OS has ended: the installed client is too new for it.
        OsEnded = "os-ended",

        /// Too few cores.
        CpuTooFewCores = "cpu-too-few-cores",
        /// Too few performance or efficiency cores.
        CpuTooFewHybridCores = "cpu-too-few-hybrid-cores",
        /// Base clock below.
        CpuClockTooLow = "cpu-clock-too-low",
        /// Only the maximum clock reaches the figure.
        CpuOnlyMaxClock = "cpu-only-max-clock",
        /// The base clock is unknown.
        CpuClockUnknown = "cpu-clock-unknown",
        /// Older generation than asked.
        CpuGenerationTooOld = "cpu-generation-too-old",
        /// Lower class than asked.
        CpuClassTooLow = "cpu-class-too-low",
        /// Another segment than asked, such as a laptop CPU.
        CpuWrongSegment = "cpu-wrong-segment",
        /// Not a named family or model; the figures are met.
        CpuUnlisted = "cpu-unlisted",
        /// An Intel Mac where only Apple chips are listed.
        CpuIntelMac = "cpu-intel-mac",
        /// The name does not tell what is asked.
        CpuNotDecoded = "cpu-not-decoded",
        /// The name and the processor's family and model cannot be of one processor.
        CpuNameContradicted = "cpu-name-contradicted",
        /// Not a 64-bit processor.
        CpuNot64Bit = "cpu-not-64-bit",

        /// Too little memory.
        MemoryTooLittle = "memory-too-little",
        /// Only usable memory is known, and it is within the usual reserve of the figure.
        MemoryNearlyMet = "memory-nearly-met",

        /// No device of the kind.
        DeviceMissing = "device-missing",
        /// A device of the kind, attached in a way that is not listed.
        DeviceUnlisted = "device-unlisted",

        /// A device is there; this user has switched its use off.
        DeviceDenied = "device-denied",
        /// A device is there; policy, administrator or system keep this user from it.
        DeviceDeniedByIt = "device-denied-by-it",
        /// A device is there; a setting speaks against its use without proving it for desktop programs.
        DeviceAccessUndecided = "device-access-undecided",
        /// The only devices of the kind are switched off in the system's settings.
        DeviceDisabled = "device-disabled",
        /// The device was tried and gave silence, a black picture or an error.
        DeviceNoSignal = "device-no-signal",

        /// Too few displays.
        DisplayTooFew = "display-too-few",
        /// Display too small.
        DisplayTooSmall = "display-too-small",
        /// Display below the recommended size.
        DisplaySmall = "display-small",
        /// No touch screen.
        TouchMissing = "touch-missing",
        /// Touch screen without a working driver.
        TouchNoDriver = "touch-no-driver",

        /// No listed browser.
        BrowserMissing = "browser-missing",
        /// A listed browser, too old.
        BrowserTooOld = "browser-too-old",
        /// Release data is missing or stale.
        BrowserDataStale = "browser-data-stale",
        /// No fitting browser, but the app is there and is enough.
        AppSuffices = "app-suffices",
        /// The app is not installed.
        AppMissing = "app-missing",
        /// The app is too old.
        AppTooOld = "app-too-old",

        /// The link is of a kind that is not listed.
        LinkUnlisted = "link-unlisted",
        /// The Wi-Fi standard or mobile generation is not listed.
        LinkTechnologyUnlisted = "link-technology-unlisted",
        /// A tunnel or virtual interface hides what carries the traffic.
        LinkHidden = "link-hidden",
        /// A virtual machine or container does not see what carries its traffic.
        LinkVirtual = "link-virtual",
        /// A virtual switch of this PC hides which adapter is behind it.
        LinkSwitch = "link-switch",

        /// The peer was not asked for.
        PeerUnknown = "peer-unknown",
        /// The peer is in another subnet, but its ports answered.
        OtherSubnetPortsOpen = "other-subnet-ports-open",
        /// The peer is in another subnet and its ports are blocked.
        OtherSubnet = "other-subnet",

        /// The session is a virtual desktop.
        VirtualDesktop = "virtual-desktop",

        /// The network was not asked (`--no-network`).
        NetworkNotAsked = "network-not-asked",
        /// No reflector was given, and nothing else can prove it.
        NoReflector = "no-reflector",
        /// The reflector could not be used.
        ReflectorUnusable = "reflector-unusable",
        /// Only measured against this PC itself: proves the agent, not the network.
        SelfOnly = "self-only",
        /// A reflector on the room's LAN is needed.
        NeedsLanReflector = "needs-lan-reflector",
        /// A reflector outside the network is needed.
        NeedsOutsideReflector = "needs-outside-reflector",
        /// Every tried port of a sample passed; the share blocked is bounded, not zero.
        PortsSampled = "ports-sampled",
        /// Ports are proved blocked on the way out.
        PortsBlockedUp = "ports-blocked-up",
        /// Ports are proved blocked on the way back.
        PortsBlockedDown = "ports-blocked-down",
        /// Ports are proved blocked; in which direction is not known.
        PortsBlocked = "ports-blocked",
        /// Something on the path rejects these ports.
        PortsRejected = "ports-rejected",
        /// UDP is blocked, and TCP 443 passes: media falls back, degraded.
        PortsFallBack = "ports-fall-back",
        /// No answer, and no positive control.
        PortsUnproved = "ports-unproved",
        /// Something other than the far end answered: proxy, firewall or TLS inspection.
        PortsIntercepted = "ports-intercepted",
        /// The reflector could not hold these ports.
        PortsNotTestable = "ports-not-testable",
        /// Name resolution failed.
        DnsFailed = "dns-failed",
        /// Only one of the address families passes.
        OneFamilyOnly = "one-family-only",

        /// Bandwidth below the need.
        BandwidthTooLow = "bandwidth-too-low",
        /// Each direction carries the need by itself, both at once do not.
        BandwidthNotTogether = "bandwidth-not-together",
        /// The need lies within the measured interval.
        BandwidthUnclear = "bandwidth-unclear",
        /// The need of all participants is above the highest rate that is sent; the line carried all that was tried.
        BandwidthBeyondTest = "bandwidth-beyond-test",
        /// This PC or the reflector could not send fast enough to tell.
        BandwidthSenderLimited = "bandwidth-sender-limited",
        /// Loss above the limit.
        LossTooHigh = "loss-too-high",
        /// Jitter above the limit.
        JitterTooHigh = "jitter-too-high",
        /// Delay above the limit.
        DelayTooHigh = "delay-too-high",
        /// The line was watched, and in some windows the limit was breached.
        BreachedInWindows = "breached-in-windows",
        /// The interval of the figure holds the limit.
        QualityUnclear = "quality-unclear",
        /// The measurement failed.
        MeasurementFailed = "measurement-failed",
    }
}

codes! {
    /// Who must act.
    Owner {
        /// The person at the PC.
        User = "user",
        /// The IT department that manages the PC.
        It = "it",
        /// The network team.
        Network = "network",
        /// The reseller's support desk.
        Reseller = "reseller",
    }
}

codes! {
    /// What to do next.
    NextStep {
        /// Update the OS to a listed version.
        UpdateOs = "update-os",
        /// Ask the reseller whether it is supported.
        AskReseller = "ask-reseller",
        /// Use a PC with a processor that meets the line.
        ReplaceProcessor = "replace-processor",
        /// Look up the processor's base clock and compare.
        LookUpProcessor = "look-up-processor",
        /// Add memory.
        AddMemory = "add-memory",
        /// Connect a device.
        ConnectDevice = "connect-device",
        /// Connect a device of a listed kind.
        UseListedDevice = "use-listed-device",
        /// Allow programs the device in the privacy settings.
        AllowDevice = "allow-device",
        /// Lift the ban on the device: policy, switch of the PC, rights.
        AllowDeviceForUser = "allow-device-for-user",
        /// Look by hand whether desktop programs may use the device.
        CheckDeviceAccess = "check-device-access",
        /// Switch the device on in the system's settings.
        EnableDevice = "enable-device",
        /// Unmute, uncover, or replace the device.
        CheckDevice = "check-device",
        /// Connect another display.
        ConnectDisplay = "connect-display",
        /// Connect a touch display, or install its driver.
        SetUpTouch = "set-up-touch",
        /// Update the browser, or install the app.
        UpdateBrowser = "update-browser",
        /// Install the app.
        InstallApp = "install-app",
        /// Update the app.
        UpdateApp = "update-app",
        /// Update meetready or its data.
        UpdateData = "update-data",
        /// Use a listed kind of link.
        UseListedLink = "use-listed-link",
        /// Run again without the VPN.
        RunOutsideTunnel = "run-outside-tunnel",
        /// Run on the host instead of the guest.
        RunOnHost = "run-on-host",
        /// Put both devices in one network.
        JoinSameNetwork = "join-same-network",
        /// Run outside the virtual desktop.
        LeaveVirtualDesktop = "leave-virtual-desktop",
        /// Collect the facts on that device, or supply them.
        SupplyFacts = "supply-facts",
        /// Run again with rights to read it, or look by hand.
        CheckByHand = "check-by-hand",
        /// Run without `--no-network`.
        RunWithNetwork = "run-with-network",
        /// Set up a reflector outside the firewall and give its URL.
        SetUpReflector = "set-up-reflector",
        /// Set up `reflect --lan` on the control PC.
        SetUpLanReflector = "set-up-lan-reflector",
        /// Check the reflector: running, reachable, right URL.
        CheckReflector = "check-reflector",
        /// Open the ports in the firewall.
        OpenPorts = "open-ports",
        /// Exempt these names from the proxy or TLS inspection.
        ExemptFromInspection = "exempt-from-inspection",
        /// Mend name resolution.
        FixDns = "fix-dns",
        /// Raise the line's bandwidth, or use a lower scenario.
        RaiseBandwidth = "raise-bandwidth",
        /// Compare the need with the rate that the provider's contract gives.
        CompareContract = "compare-contract",
        /// Measure again at a quiet time, or longer.
        MeasureAgain = "measure-again",
        /// Look for the source of loss, jitter or delay (Wi-Fi, VPN, load).
        ImproveQuality = "improve-quality",
        /// Free the ports on the reflector, or run it elsewhere.
        FreeReflectorPorts = "free-reflector-ports",
    }
}
