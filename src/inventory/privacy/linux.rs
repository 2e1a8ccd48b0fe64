//! Access to device nodes and to the sound server, asked of the kernel without opening them; for programs in a
//! Flatpak, the portal's permission store.

use crate::inventory::tree::Tree;
use crate::model::device_use::{Access, PrivacyFacts};
use crate::model::fact::{Fact, UnknownCode};

/// Reads it.
pub(super) fn read(tree: &Tree) -> PrivacyFacts {
    if !tree.is_live() {
        let untold = || {
            Fact::unknown_because(
                UnknownCode::NotSupported,
                "a copy of the files does not tell who may open a device",
            )
        };
        return PrivacyFacts {
            camera: untold(),
            microphone: untold(),
        };
    }
    PrivacyFacts {
        camera: live::camera(tree),
        microphone: live::microphone(tree),
    }
}

#[cfg(target_os = "linux")]
mod live {
    use std::path::PathBuf;

    use super::{Access, Fact, Tree, UnknownCode};
    use crate::inventory::sys::linux::may_use;

    pub(super) fn camera(tree: &Tree) -> Fact<Access> {
        let names = tree.list("sys/class/video4linux").unwrap_or_default();
        let nodes = names
            .iter()
            .filter(|name| name.starts_with("video"))
            .map(|name| PathBuf::from("/dev").join(name));
        of_nodes(nodes)
    }

    /// Programs record through the sound server where one runs; it holds the devices itself.
    pub(super) fn microphone(tree: &Tree) -> Fact<Access> {
        if let Some(socket) = crate::inventory::sys::linux::sound_server()
            && may_use(&socket).is_ok()
        {
            return Fact::known(Access::Allowed, socket.display().to_string());
        }
        let names = tree.list("dev/snd").unwrap_or_default();
        // `pcmC0D0c` captures, `pcmC0D0p` plays.
        let nodes = names
            .iter()
            .filter(|name| name.starts_with("pcm") && name.ends_with('c'))
            .map(|name| PathBuf::from("/dev/snd").join(name));
        of_nodes(nodes)
    }

    /// One node that may be used is enough; a refusal is one only when every node that is there refuses.
    fn of_nodes(nodes: impl Iterator<Item = PathBuf>) -> Fact<Access> {
        let mut refused = None;
        for node in nodes {
            match may_use(&node) {
                Ok(()) => return Fact::known(Access::Allowed, node.display().to_string()),
                Err(e) if e.kind() == std::io::ErrorKind::PermissionDenied => {
                    refused.get_or_insert(node);
                }
                Err(_) => {}
            }
        }
        match refused {
            Some(node) => Fact::known(Access::DeniedByPermission, node.display().to_string()),
            None => Fact::unknown_because(UnknownCode::NotFound, "no device node"),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn one_open_node_is_enough_and_absence_is_no_refusal() {
            let of = |paths: &[&str]| of_nodes(paths.iter().map(PathBuf::from));
            assert_eq!(
                of(&["/no/such", "/dev/null"]).value(),
                Some(&Access::Allowed)
            );
            assert_eq!(of(&["/no/such"]).value(), None);
            assert_eq!(of(&[]).value(), None);
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod live {
    use super::{Access, Fact, Tree};

    pub(super) fn camera(_: &Tree) -> Fact<Access> {
        Fact::default()
    }
    pub(super) fn microphone(_: &Tree) -> Fact<Access> {
        Fact::default()
    }
}
