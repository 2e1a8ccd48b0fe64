//! Who must act, and what to do next. One exhaustive table, so that a new reason cannot be forgotten.

use crate::model::rule::Scope;
use crate::model::{NextStep, Owner, Reason, Rule, Verdict};

/// The owner and next step of a result; none where nothing needs doing.
pub(super) fn next(rule: &Rule, verdict: Verdict, reason: Reason) -> Option<(Owner, NextStep)> {
    match verdict {
        Verdict::Pass | Verdict::NotApplicable => return None,
        Verdict::Warn | Verdict::Fail | Verdict::Inconclusive => {}
    }
    let in_room = match rule {
        Rule::Port(port) => port.scope == Scope::Lan,
        Rule::SameNetwork(_) => true,
        _ => false,
    };
    let reflector = if in_room {
        NextStep::SetUpLanReflector
    } else {
        NextStep::SetUpReflector
    };
    Some(match reason {
        Reason::Met
        | Reason::OtherPlatform
        | Reason::Statement
        | Reason::AppSuffices
        | Reason::OtherSubnetPortsOpen
        | Reason::PortsSampled => return None,

        Reason::NotCollected | Reason::OtherDevice => (Owner::It, NextStep::SupplyFacts),
        Reason::Unknown | Reason::MemoryNearlyMet | Reason::LinkSwitch => {
            (Owner::It, NextStep::CheckByHand)
        }

        Reason::OsUnlisted | Reason::CpuUnlisted => (Owner::Reseller, NextStep::AskReseller),
        Reason::OsTooOld | Reason::OsEnding | Reason::OsEnded => (Owner::It, NextStep::UpdateOs),

        Reason::CpuTooFewCores
        | Reason::CpuTooFewHybridCores
        | Reason::CpuClockTooLow
        | Reason::CpuGenerationTooOld
        | Reason::CpuClassTooLow
        | Reason::CpuWrongSegment
        | Reason::CpuIntelMac
        | Reason::CpuNot64Bit => (Owner::It, NextStep::ReplaceProcessor),
        Reason::CpuOnlyMaxClock
        | Reason::CpuClockUnknown
        | Reason::CpuNotDecoded
        | Reason::CpuNameContradicted => (Owner::It, NextStep::LookUpProcessor),

        Reason::MemoryTooLittle => (Owner::It, NextStep::AddMemory),

        Reason::DeviceMissing => (Owner::User, NextStep::ConnectDevice),
        Reason::DeviceUnlisted => (Owner::User, NextStep::UseListedDevice),
        Reason::DeviceDenied => (Owner::User, NextStep::AllowDevice),
        Reason::DeviceDeniedByIt => (Owner::It, NextStep::AllowDeviceForUser),
        Reason::DeviceAccessUndecided => (Owner::User, NextStep::CheckDeviceAccess),
        Reason::DeviceDisabled => (Owner::User, NextStep::EnableDevice),
        Reason::DeviceNoSignal => (Owner::User, NextStep::CheckDevice),

        Reason::DisplayTooFew => (Owner::It, NextStep::ConnectDisplay),
        Reason::DisplayTooSmall | Reason::DisplaySmall => (Owner::It, NextStep::UseListedDevice),
        Reason::TouchMissing | Reason::TouchNoDriver => (Owner::It, NextStep::SetUpTouch),

        Reason::BrowserMissing | Reason::BrowserTooOld => (Owner::User, NextStep::UpdateBrowser),
        Reason::BrowserDataStale => (Owner::It, NextStep::UpdateData),
        Reason::AppMissing => (Owner::User, NextStep::InstallApp),
        Reason::AppTooOld => (Owner::User, NextStep::UpdateApp),

        Reason::LinkUnlisted | Reason::LinkTechnologyUnlisted => {
            (Owner::User, NextStep::UseListedLink)
        }
        Reason::LinkHidden => (Owner::User, NextStep::RunOutsideTunnel),
        Reason::LinkVirtual => (Owner::User, NextStep::RunOnHost),

        Reason::PeerUnknown | Reason::NeedsLanReflector => (Owner::It, NextStep::SetUpLanReflector),
        Reason::OtherSubnet => (Owner::Network, NextStep::JoinSameNetwork),

        Reason::VirtualDesktop => (Owner::User, NextStep::LeaveVirtualDesktop),

        Reason::NetworkNotAsked => (Owner::User, NextStep::RunWithNetwork),
        // Beside a reflector that answers there is a control; what stays unproved is what only the vendor was asked.
        Reason::NoReflector | Reason::SelfOnly | Reason::PortsUnproved => (Owner::It, reflector),
        Reason::NeedsOutsideReflector => (Owner::It, NextStep::SetUpReflector),
        Reason::ReflectorUnusable => (Owner::It, NextStep::CheckReflector),
        Reason::PortsBlockedUp
        | Reason::PortsBlockedDown
        | Reason::PortsBlocked
        | Reason::PortsRejected
        | Reason::PortsFallBack
        | Reason::OneFamilyOnly => (Owner::Network, NextStep::OpenPorts),
        Reason::PortsIntercepted => (Owner::Network, NextStep::ExemptFromInspection),
        Reason::PortsNotTestable => (Owner::It, NextStep::FreeReflectorPorts),
        Reason::DnsFailed => (Owner::Network, NextStep::FixDns),

        Reason::WithinRange | Reason::BandwidthTooLow | Reason::BandwidthNotTogether => {
            (Owner::Network, NextStep::RaiseBandwidth)
        }
        Reason::BandwidthBeyondTest => (Owner::Network, NextStep::CompareContract),
        Reason::BandwidthUnclear
        | Reason::BandwidthSenderLimited
        | Reason::QualityUnclear
        | Reason::MeasurementFailed => (Owner::It, NextStep::MeasureAgain),
        Reason::LossTooHigh
        | Reason::JitterTooHigh
        | Reason::DelayTooHigh
        | Reason::BreachedInWindows => (Owner::Network, NextStep::ImproveQuality),
    })
}
