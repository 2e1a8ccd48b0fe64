//! What every rule kind may look at.

use crate::model::cpu_name::{self, CpuName};
use crate::model::evidence::Evidence;
use crate::model::inventory::{Inventory, OsFamily, Software};
use crate::model::network::NetworkEvidence;
use crate::model::requirement::{BrowserReleases, Edition};

/// Evidence and dated data, with the processor's name decoded once.
pub(super) struct Context<'a> {
    pub evidence: &'a Evidence,
    pub inventory: &'a Inventory,
    pub network: Option<&'a NetworkEvidence>,
    pub browsers: Option<&'a BrowserReleases>,
    pub participants: u32,
    pub cpu: CpuName,
}

/// What the name tells, checked against the signature. In a virtual machine either may be made up, so they are not
/// compared there.
fn processor(inventory: &Inventory) -> CpuName {
    let Some(brand) = inventory.cpu.brand.value() else {
        return CpuName::default();
    };
    let signature = inventory.cpu.signature.value();
    let real = inventory.session.virtual_machine.value() != Some(&true);
    cpu_name::decode_with(brand, signature.filter(|_| real))
}

impl<'a> Context<'a> {
    pub fn new(edition: &'a Edition, evidence: &'a Evidence, participants: u32) -> Self {
        Self {
            evidence,
            inventory: &evidence.inventory,
            network: evidence.network.as_ref(),
            browsers: edition.browsers.as_ref(),
            participants: participants.max(1),
            cpu: processor(&evidence.inventory),
        }
    }
    /// Of a processor's name alone: the evidence holds what is supposed of the rest.
    pub fn of_name(evidence: &'a Evidence, cpu: CpuName) -> Self {
        Self {
            evidence,
            inventory: &evidence.inventory,
            network: None,
            browsers: None,
            participants: 1,
            cpu,
        }
    }
    pub fn os_family(&self) -> Option<OsFamily> {
        self.inventory.os.family.value().copied()
    }
    /// The installed app of this id: none where the list is unknown.
    pub fn app(&self, id: &str) -> Option<&'a Software> {
        self.inventory.apps.value()?.iter().find(|app| app.id == id)
    }
}
