//! Where a sysfs device hangs: USB, PCI, nothing real.

use crate::inventory::tree::Tree;
use crate::model::fact::Fact;
use crate::model::inventory::Bus;

/// How a device is attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attachment {
    /// Kind.
    pub(super) bus: Fact<Bus>,
    /// USB or PCI vendor id.
    pub(super) vendor_id: Option<String>,
    /// USB or PCI product id.
    pub(super) product_id: Option<String>,
    /// Name of the USB interface, which tells functions of one device apart.
    pub(super) interface_name: Option<String>,
}

/// Looks at a device directory (a link such as `sys/class/video4linux/video0/device`) and at what it hangs on.
pub(super) fn attachment(tree: &Tree, device: &str) -> Option<Attachment> {
    let real = tree.real(device)?;
    let interface_name = tree.line(&format!("{real}/interface"));
    let mut at = real.as_str();
    loop {
        if tree.exists(&format!("{at}/idVendor")) {
            let removable = tree.line(&format!("{at}/removable"));
            // "unknown" is what most add-in controllers and desktops say; the device is on USB all the same.
            let bus = if removable.as_deref() == Some("fixed") {
                Fact::known(Bus::BuiltIn, format!("/{at}/removable"))
            } else {
                Fact::known(Bus::Usb, format!("/{at}"))
            };
            return Some(Attachment {
                bus,
                vendor_id: hex_id(tree.line(&format!("{at}/idVendor"))),
                product_id: hex_id(tree.line(&format!("{at}/idProduct"))),
                interface_name,
            });
        }
        let Some((parent, name)) = at.rsplit_once('/') else {
            break;
        };
        if is_pci_address(name) {
            return Some(Attachment {
                bus: Fact::known(Bus::Other, format!("/{at}")),
                vendor_id: hex_id(tree.line(&format!("{at}/vendor"))),
                product_id: hex_id(tree.line(&format!("{at}/device"))),
                interface_name,
            });
        }
        at = parent;
    }
    let kind = if real.starts_with("sys/devices/virtual/") || has_software_driver(tree, &real) {
        Bus::Virtual
    } else {
        // Soldered on: platform, I2C, SoundWire.
        Bus::BuiltIn
    };
    Some(Attachment {
        bus: Fact::known(kind, format!("/{real}")),
        vendor_id: None,
        product_id: None,
        interface_name,
    })
}

/// Test drivers of the kernel stand among the soldered devices and have nothing behind them
/// (Documentation/admin-guide/media: vivid, vimc, visl; Documentation/sound: aloop, dummy).
fn has_software_driver(tree: &Tree, real: &str) -> bool {
    const DRIVERS: [&str; 6] = [
        "vivid",
        "vimc",
        "visl",
        "v4l2loopback",
        "snd_aloop",
        "snd_dummy",
    ];
    let driver = tree.real(&format!("{real}/driver"));
    // The device is called after its driver: `vivid.0`.
    let names = [driver.as_deref(), Some(real)];
    names.into_iter().flatten().any(|path| {
        let name = path.rsplit('/').next().unwrap_or_default();
        let name = name.split('.').next().unwrap_or_default();
        DRIVERS.contains(&name.replace('-', "_").as_str())
    })
}

/// Four hexadecimal digits, without `0x`.
fn hex_id(text: Option<String>) -> Option<String> {
    let text = text?;
    let digits = text.trim_start_matches("0x").to_ascii_lowercase();
    (digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_hexdigit())).then_some(digits)
}

/// `0000:00:1f.3`
fn is_pci_address(name: &str) -> bool {
    let shape = |c: char| if c.is_ascii_hexdigit() { 'x' } else { c };
    name.chars().map(shape).eq("xxxx:xx:xx.x".chars())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_ids() {
        assert!(is_pci_address("0000:00:1f.3"));
        assert!(!is_pci_address("pci0000:00"));
        assert_eq!(hex_id(Some("0x8086".into())).as_deref(), Some("8086"));
        assert_eq!(hex_id(Some("12345".into())), None);
        assert_eq!(hex_id(Some("<b>x".into())), None);
    }
}
