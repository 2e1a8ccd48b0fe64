//! Which fields of the model hold outside text. Every struct is taken apart by name, so that a field added to the
//! model does not compile until somebody has decided here what becomes of it.

use crate::model::device_use::{PrivacyFacts, Trial};
use crate::model::evidence::{Evidence, Subject};
use crate::model::fact::{Fact, Unknown};
use crate::model::inventory::{
    CpuFacts, Device, Display, DisplayFacts, Inventory, LinkFacts, MemoryFacts, OsFacts,
    SessionFacts, Software, Subnet,
};
use crate::model::network::{
    CapacityReading, Failure, IdleReading, NatReading, NetworkEvidence, Observation, PortReading,
    PortState, QualityReading, ReflectorReading, Step, TogetherReading,
};
use crate::model::power::PowerFacts;
use crate::model::public::{SpeedReading, SpeedService};
use crate::model::quantity::{Bound, Limit, Quantity, Value, What};
use crate::model::report::{CheckResult, Report, SignOff};
use crate::model::watch::{WatchReading, WatchWindow};

use super::masker::{Masker, is_ordinary_interface};

/// Can be masked in place.
pub(super) trait Mask {
    /// Masks every outside text and address within.
    fn mask(&mut self, m: &mut Masker);
}

impl<T: Mask> Mask for Option<T> {
    fn mask(&mut self, m: &mut Masker) {
        if let Some(inner) = self {
            inner.mask(m);
        }
    }
}
impl<T: Mask> Mask for Vec<T> {
    fn mask(&mut self, m: &mut Masker) {
        for inner in self {
            inner.mask(m);
        }
    }
}

/// Masks where a fact was read, or why it was not, and its value by `value`.
fn fact<T>(fact: &mut Fact<T>, m: &mut Masker, value: impl FnOnce(&mut T, &mut Masker)) {
    match fact {
        Fact::Known { value: v, source } => {
            value(v, m);
            *source = m.text(source);
        }
        Fact::Unknown(Unknown { code: _, detail }) => detail.mask(m),
    }
}

/// A fact whose value is a number, a flag or a code.
fn plain<T>(f: &mut Fact<T>, m: &mut Masker) {
    fact(f, m, |_, _| {});
}

/// A fact whose value is free text.
impl Mask for Fact<String> {
    fn mask(&mut self, m: &mut Masker) {
        fact(self, m, |v, m| *v = m.text(v));
    }
}

/// A fact whose value names a product: only private names are looked for, since numbers of builds look like
/// addresses and serials.
fn product(f: &mut Fact<String>, m: &mut Masker) {
    fact(f, m, |v, m| *v = m.known(v));
}

impl Mask for String {
    fn mask(&mut self, m: &mut Masker) {
        *self = m.text(self);
    }
}

impl Mask for Report {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            schema: _,
            tool: _,
            subject,
            manifest: _,
            verdict: _,
            products: _,
            results,
            scenarios: _,
            sign_off,
            evidence,
        } = self;
        subject.mask(m);
        sign_off.mask(m);
        evidence.mask(m);
        results.mask(m);
    }
}

/// Within the organisation a sign-off is worth nothing without its names; outsiders see that there are some.
impl Mask for SignOff {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            site,
            room,
            installer,
        } = self;
        for (kind, name) in [("site", site), ("room", room), ("installer", installer)] {
            if let Some(name) = name {
                *name = if m.is_public() {
                    m.name(kind, name)
                } else {
                    m.text(name)
                };
            }
        }
    }
}

impl Mask for Subject {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            host,
            user,
            redaction: _,
            from_sysroot: _,
        } = self;
        if let Some(user) = user {
            *user = m.name("user", user);
        }
        if m.is_public()
            && let Some(host) = host
        {
            *host = m.name("host", host.trim().trim_end_matches('.'));
        } else {
            host.mask(m);
        }
    }
}

impl Mask for Evidence {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            schema: _,
            tool: _,
            collected_at: _,
            subject,
            inventory,
            network,
        } = self;
        subject.mask(m);
        inventory.mask(m);
        network.mask(m);
    }
}

impl Mask for Inventory {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            os,
            cpu,
            memory,
            cameras,
            microphones,
            speakers,
            privacy,
            display,
            browsers,
            apps,
            link,
            session,
            power,
        } = self;
        os.mask(m);
        cpu.mask(m);
        memory.mask(m);
        for devices in [cameras, microphones, speakers] {
            fact(devices, m, Vec::mask);
        }
        display.mask(m);
        for software in [browsers, apps] {
            fact(software, m, Vec::mask);
        }
        link.mask(m);
        session.mask(m);
        privacy.mask(m);
        power.mask(m);
    }
}

impl Mask for OsFacts {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            family,
            name,
            version,
            build,
            edition,
            server,
            architecture,
            process_architecture,
        } = self;
        plain(family, m);
        plain(version, m);
        plain(server, m);
        for text in [name, build, edition, architecture, process_architecture] {
            product(text, m);
        }
    }
}

impl Mask for CpuFacts {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            brand,
            vendor,
            signature,
            physical_cores,
            logical_cores,
            usable_processors,
            performance_cores,
            efficiency_cores,
            base_clock,
            max_clock,
        } = self;
        product(brand, m);
        product(vendor, m);
        plain(signature, m);
        for cores in [
            physical_cores,
            logical_cores,
            usable_processors,
            performance_cores,
            efficiency_cores,
        ] {
            plain(cores, m);
        }
        plain(base_clock, m);
        plain(max_clock, m);
    }
}

impl Mask for MemoryFacts {
    fn mask(&mut self, m: &mut Masker) {
        let Self { installed, usable } = self;
        plain(installed, m);
        plain(usable, m);
    }
}

impl Mask for Device {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            name,
            bus,
            vendor_id: _,
            product_id: _,
            default,
            communications: _,
            state: _,
            profile,
            trial,
            infrared: _,
        } = self;
        *name = m.device(name);
        plain(bus, m);
        plain(default, m);
        profile.mask(m);
        trial.mask(m);
    }
}

impl Mask for Trial {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            outcome: _,
            detail,
            rms: _,
            peak: _,
            luminance: _,
            width: _,
            height: _,
        } = self;
        detail.mask(m);
    }
}

impl Mask for PrivacyFacts {
    fn mask(&mut self, m: &mut Masker) {
        let Self { camera, microphone } = self;
        plain(camera, m);
        plain(microphone, m);
    }
}

impl Mask for PowerFacts {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            supply,
            charge,
            plan,
        } = self;
        plain(supply, m);
        plain(charge, m);
        // A plan that a company made bears its name.
        plan.mask(m);
    }
}

impl Mask for DisplayFacts {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            displays,
            touch,
            touch_driver,
        } = self;
        fact(displays, m, Vec::mask);
        plain(touch, m);
        plain(touch_driver, m);
    }
}

impl Mask for Display {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            name,
            width,
            height,
            diagonal_tenths,
        } = self;
        *name = m.device(name);
        plain(width, m);
        plain(height, m);
        plain(diagonal_tenths, m);
    }
}

impl Mask for Software {
    fn mask(&mut self, m: &mut Masker) {
        let Self { id, name, version } = self;
        *id = m.known(id);
        *name = m.known(name);
        plain(version, m);
    }
}

impl Mask for LinkFacts {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            interface,
            kind,
            underlying,
            speed,
            technology,
            full_duplex,
            frequency,
            signal,
            subnets,
        } = self;
        fact(interface, m, |name, m| {
            // A name that a person gave, such as a VPN's, names the organisation. A MAC within one goes in any case.
            *name = if m.is_public() && !is_ordinary_interface(name) {
                m.name("interface", name)
            } else {
                m.text(name)
            };
        });
        plain(kind, m);
        plain(underlying, m);
        plain(speed, m);
        technology.mask(m);
        plain(full_duplex, m);
        plain(frequency, m);
        plain(signal, m);
        fact(subnets, m, |all: &mut Vec<Subnet>, m| {
            for subnet in all {
                *subnet = m.subnet(subnet);
            }
        });
    }
}

impl Mask for SessionFacts {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            virtual_machine,
            hypervisor,
            remote,
            virtual_desktop,
        } = self;
        plain(virtual_machine, m);
        plain(remote, m);
        product(hypervisor, m);
        product(virtual_desktop, m);
    }
}

impl Mask for NetworkEvidence {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            reflectors,
            observations,
            ports,
            capacity,
            together,
            quality,
            nat,
            speed,
            watch,
        } = self;
        reflectors.mask(m);
        observations.mask(m);
        ports.mask(m);
        capacity.mask(m);
        together.mask(m);
        quality.mask(m);
        nat.mask(m);
        speed.mask(m);
        watch.mask(m);
    }
}

impl Mask for SpeedReading {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            id: _,
            service,
            server,
            consented_at: _,
            address,
            proxy,
            down,
            up,
            failure,
        } = self;
        // Measurement Lab's servers are public; a named one may be the company's own.
        if *service == SpeedService::Ndt7 {
            server.mask(m);
        }
        if let Some(address) = address {
            *address = m.address(*address);
        }
        proxy.mask(m);
        for side in [down, up].into_iter().flatten() {
            side.failure.mask(m);
        }
        failure.mask(m);
    }
}

impl Mask for NatReading {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            id: _,
            reflector: _,
            role: _,
            family: _,
            mapping,
            port_kept,
            idle,
        } = self;
        plain(mapping, m);
        plain(port_kept, m);
        for IdleReading { gap: _, kept } in idle {
            plain(kept, m);
        }
    }
}

impl Mask for ReflectorReading {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            id: _,
            address,
            role,
            version: _,
            failure,
            seen_from,
            passed_over_for: _,
        } = self;
        address.mask(m);
        plain(role, m);
        failure.mask(m);
        if let Some(seen) = seen_from {
            *seen = m.address(*seen);
        }
    }
}

impl Mask for Failure {
    fn mask(&mut self, m: &mut Masker) {
        let Self { code: _, detail } = self;
        detail.mask(m);
    }
}

impl Mask for Step {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            name: _,
            took: _,
            failure,
        } = self;
        failure.mask(m);
    }
}

impl Mask for Observation {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            id: _,
            probe: _,
            host,
            port: _,
            family: _,
            address,
            proxy,
            steps,
            grade: _,
            failure,
            issuer,
            intercepted: _,
        } = self;
        host.mask(m);
        if let Some(address) = address {
            *address = m.address(*address);
        }
        proxy.mask(m);
        steps.mask(m);
        failure.mask(m);
        issuer.mask(m);
    }
}

impl Mask for PortReading {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            id: _,
            reflector: _,
            role: _,
            scope: _,
            transport: _,
            family: _,
            asked: _,
            method: _,
            tried: _,
            outcomes,
            sample: _,
        } = self;
        for outcome in outcomes {
            match &mut outcome.state {
                PortState::Unproved { failure }
                | PortState::Rejected { failure }
                | PortState::NotTested { failure } => {
                    failure.mask(m);
                }
                PortState::Silent {
                    tries: _,
                    control: _,
                    died,
                } => plain(died, m),
                PortState::Open { grade: _ } => {}
            }
        }
    }
}

impl Mask for TogetherReading {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            id: _,
            reflector: _,
            role: _,
            family: _,
            up: _,
            down: _,
            sender_limited: _,
            failure,
        } = self;
        failure.mask(m);
    }
}

impl Mask for CapacityReading {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            id: _,
            reflector: _,
            role: _,
            direction: _,
            family: _,
            at_least: _,
            at_most: _,
            trains: _,
            sender_limited: _,
            failure,
        } = self;
        failure.mask(m);
    }
}

impl Mask for WatchReading {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            id: _,
            reflector,
            role: _,
            every: _,
            window: _,
            asked: _,
            stopped: _,
            windows,
        } = self;
        reflector.mask(m);
        windows.mask(m);
    }
}

impl Mask for WatchWindow {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            at: _,
            stands_for: _,
            family: _,
            seen_from,
            reconnected: _,
            slept: _,
            up: _,
            down: _,
            round_trip_p50: _,
            round_trip_p95: _,
            failure,
        } = self;
        if let Some(seen) = seen_from {
            *seen = m.address(*seen);
        }
        failure.mask(m);
    }
}

impl Mask for QualityReading {
    fn mask(&mut self, _: &mut Masker) {
        // Numbers and codes only.
        let Self {
            id: _,
            reflector: _,
            role: _,
            direction: _,
            family: _,
            port: _,
            packets_sent: _,
            packets_received: _,
            loss: _,
            loss_interval: _,
            longest_burst: _,
            jitter: _,
            round_trip_p50: _,
            round_trip_p95: _,
            round_trip_p99: _,
            duration: _,
            detail: _,
            timeline: _,
        } = self;
    }
}

impl Mask for CheckResult {
    fn mask(&mut self, m: &mut Masker) {
        let Self {
            requirement: _,
            kind: _,
            product: _,
            variant: _,
            level: _,
            verdict: _,
            reason: _,
            measured,
            required,
            evidence,
            owner: _,
            next_step: _,
            notes: _,
            source: _,
            ports: _,
        } = self;
        for Quantity { what, value: v } in measured {
            value(*what, v, m);
        }
        for Bound { what, limit } in required {
            match limit {
                Limit::AtLeast(v) | Limit::AtMost(v) | Limit::Is(v) => value(*what, v, m),
                Limit::Between { lower, upper } => {
                    value(*what, lower, m);
                    value(*what, upper, m);
                }
            }
        }
        for id in evidence {
            *id = m.known(id);
        }
    }
}

/// Masks a measured or required amount as the fact that it came from.
fn value(what: What, value: &mut Value, m: &mut Masker) {
    let name = |text: &mut String, m: &mut Masker| {
        *text = match what {
            What::Os
            | What::CpuModel
            | What::CpuTier
            | What::CpuGeneration
            | What::CpuSegment
            | What::Browser
            | What::App
            | What::VirtualDesktop => m.known(text),
            What::Devices | What::Displays | What::DeviceBus | What::Touch | What::TouchDriver => {
                m.device(text)
            }
            _ => m.text(text),
        };
    };
    match value {
        Value::Text(text) => name(text, m),
        Value::Names(names) => {
            for text in names {
                name(text, m);
            }
        }
        Value::Count(_)
        | Value::Flag(_)
        | Value::Memory(_)
        | Value::Clock(_)
        | Value::Rate(_)
        | Value::RateBetween { .. }
        | Value::Speed(_)
        | Value::Time(_)
        | Value::Share(_)
        | Value::Windows { .. }
        | Value::ShareBetween { .. }
        | Value::Ports { .. }
        | Value::Buses(_)
        | Value::Links(_)
        | Value::Segment(_)
        | Value::InchTenths(_)
        | Value::Stance(_) => {}
    }
}
