//! Any report at all: nothing panics, and the limits hold.

use meetready::model::evidence::Redaction;
use meetready::model::inventory::{Bus, LinkKind};
use meetready::model::quantity::{Bound, Limit, Quantity, Value, What};
use meetready::model::reason::{NextStep, Owner, Reason};
use meetready::model::report::{CheckResult, LimitedBy, Report, ScenarioResult};
use meetready::model::requirement::Level;
use meetready::model::rule::{CpuSegment, Need, PortRange, Transport, VirtualDesktopStance};
use meetready::model::units::{Bps, Kbps, Mbps, Mebibytes, Megahertz, Millis, Percent};
use meetready::model::verdict::Verdict;
use meetready::report::{redact_evidence, redact_report};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::{limits, reports};

fn outside() -> impl Strategy<Value = String> {
    prop_oneof![
        "(?s).{0,60}",
        "[ぁ-ん一-龥ー、。 ]{0,40}",
        "[ -~]{200,400}",
        Just(reports::HOSTILE.to_owned()),
        Just("e\u{301}\u{302}\u{303}\u{304}👩‍👩‍👧‍👦🇯🇵\u{1f3fd}ﷺ".repeat(9)),
        Just("10.0.0.1 fe80::1%eth0 00:11:22:33:44:55 /home/a/ C:\\Users\\b\\".to_owned()),
    ]
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), Just(f64::NAN), 0.0..200.0]
}

fn ranges() -> impl Strategy<Value = Vec<PortRange>> {
    let range =
        (1_u16.., 1_u16..).prop_filter_map("a range", |(a, b)| PortRange::new(a.min(b), a.max(b)));
    vec(range, 0..20)
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        outside().prop_map(Value::Text),
        vec(outside(), 0..9).prop_map(Value::Names),
        any::<u64>().prop_map(Value::Count),
        any::<bool>().prop_map(Value::Flag),
        any::<u64>().prop_map(|n| Value::Memory(Mebibytes(n))),
        any::<u32>().prop_map(|n| Value::Clock(Megahertz(n))),
        any::<u64>().prop_map(|n| Value::Rate(Bps(n))),
        any::<(Option<u64>, Option<u64>)>().prop_map(|(a, b)| Value::RateBetween {
            at_least: a.map(Bps),
            at_most: b.map(Bps)
        }),
        any::<u32>().prop_map(|n| Value::Speed(Mbps(n))),
        number().prop_map(|n| Value::Time(Millis(n))),
        number().prop_map(|n| Value::Share(Percent(n))),
        (number(), number(), number()).prop_map(|(a, b, c)| Value::ShareBetween {
            value: Percent(a),
            lower: Percent(b),
            upper: Percent(c),
        }),
        (any::<bool>(), ranges()).prop_map(|(tcp, ports)| Value::Ports {
            transport: if tcp { Transport::Tcp } else { Transport::Udp },
            ports,
        }),
        Just(Value::Buses(vec![Bus::Usb, Bus::Hdmi, Bus::Usb])),
        Just(Value::Links(vec![LinkKind::Wired, LinkKind::Vpn])),
        Just(Value::Segment(CpuSegment::Mobile)),
        any::<u32>().prop_map(Value::InchTenths),
        Just(Value::Stance(VirtualDesktopStance::NotGuaranteed)),
    ]
}

fn limit() -> impl Strategy<Value = Limit> {
    prop_oneof![
        value().prop_map(Limit::AtLeast),
        value().prop_map(Limit::AtMost),
        value().prop_map(Limit::Is),
        (value(), value()).prop_map(|(lower, upper)| Limit::Between { lower, upper }),
    ]
}

const WHATS: [What; 12] = [
    What::Os,
    What::CpuModel,
    What::Cores,
    What::Devices,
    What::Browser,
    What::Ports,
    What::PortsBlocked,
    What::PortsUnproved,
    What::Up,
    What::LossDown,
    What::Network,
    What::Link,
];
const VERDICTS: [Verdict; 5] = Verdict::ALL;
const LEVELS: [Level; 3] = [Level::Required, Level::Recommended, Level::Informative];

prop_compose! {
    fn result()(
        id in "[a-z0-9][a-z0-9.-]{0,63}",
        kind in prop_oneof![Just("port".to_owned()), outside()],
        (verdict, level) in (select(VERDICTS.to_vec()), select(LEVELS.to_vec())),
        reason in select(Reason::ALL.to_vec()),
        owner in proptest::option::of(select(Owner::ALL.to_vec())),
        next_step in proptest::option::of(select(NextStep::ALL.to_vec())),
        measured in vec((select(WHATS.to_vec()), value()), 0..4),
        required in vec((select(WHATS.to_vec()), limit()), 0..4),
        section in outside(),
    ) -> CheckResult {
        let mut r = reports::result(&id, &kind, &section);
        (r.verdict, r.level, r.reason, r.owner, r.next_step) = (verdict, level, reason, owner, next_step);
        r.measured = measured.into_iter().map(|(what, value)| Quantity { what, value }).collect();
        r.required = required.into_iter().map(|(what, limit)| Bound { what, limit }).collect();
        r
    }
}

fn need() -> impl Strategy<Value = Option<Need>> {
    let kbps = any::<(u32, u32)>().prop_map(|(a, b)| Need {
        lower_kbps: Kbps(a.min(b)),
        upper_kbps: Kbps(a.max(b)),
    });
    proptest::option::of(kbps)
}

prop_compose! {
    fn scenario()(
        id in "[a-z][a-z0-9.-]{0,63}",
        verdict in select(VERDICTS.to_vec()),
        limited in proptest::option::of(select(vec![LimitedBy::Up, LimitedBy::NotMeasured])),
        (up, down) in (need(), need()),
        (up_bps, down_bps) in any::<(Option<u64>, Option<u64>)>(),
    ) -> ScenarioResult {
        let mut s = reports::scenario(&id, 0, 0, verdict, limited);
        (s.up, s.down) = (up, down);
        (s.up_bps, s.down_bps) = (up_bps.map(Bps), down_bps.map(Bps));
        s
    }
}

prop_compose! {
    fn report()(
        results in vec(result(), 0..30),
        scenarios in vec(scenario(), 0..8),
        verdict in select(VERDICTS.to_vec()),
        products in 0_usize..9,
        text in outside(),
        network in any::<bool>(),
        participants in any::<u32>(),
    ) -> Report {
        let mut r = reports::report(results, scenarios);
        reports::plant(&mut r, &text);
        r.verdict = verdict;
        r.products = r.products.iter().cycle().take(products).cloned().collect();
        r.manifest.participants = participants;
        if !network {
            r.evidence.network = None;
        }
        r
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_report_renders_within_its_limits(
        report in report(),
        width in prop_oneof![Just(20_usize), Just(1_000), 0_usize..200],
    ) {
        limits::check(&report, width);
    }

    #[test]
    fn any_report_is_masked_and_renders(report in report()) {
        let masked = redact_report(&report, Redaction::Public);
        limits::check(&masked, 80);
        let _ = redact_evidence(&report.evidence, Redaction::Internal);
    }
}
