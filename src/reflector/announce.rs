//! Tells the LAN where this reflector is (mDNS, RFC 6762, with DNS-SD, RFC 6763): name, addresses and port, no secret.

use mdns_sd::{ServiceDaemon, ServiceInfo};

use crate::wire::join::Fingerprint;
use crate::wire::pair::SERVICE;

/// Announced until dropped.
pub(crate) struct Announced {
    daemon: ServiceDaemon,
    name: String,
}

impl Announced {
    /// Announces on every interface; the error is for the log, since the code works with an address as well.
    pub(crate) fn start(port: u16, certificate: &Fingerprint) -> Result<Self, mdns_sd::Error> {
        let certificate = certificate.to_string();
        let instance = format!("meetready-{}", certificate.get(..6).unwrap_or("000000"));
        let host = format!("{instance}.local.");
        let info = ServiceInfo::new(SERVICE, &instance, &host, (), port, &[("v", "1")][..])?
            .enable_addr_auto();
        let name = info.get_fullname().to_owned();
        let daemon = ServiceDaemon::new()?;
        daemon.register(info)?;
        Ok(Self { daemon, name })
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        // Says goodbye, so that others forget it at once; where that fails the announcement runs out by itself.
        let _ = self.daemon.unregister(&self.name);
        let _ = self.daemon.shutdown();
    }
}
