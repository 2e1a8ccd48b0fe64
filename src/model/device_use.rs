//! Whether devices may be used, and what came of trying them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::units::DbfsTenths;

/// Whether this user's desktop programs may use a kind of device, and who could change it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// They may.
    Allowed,
    /// Switched off in this user's own settings.
    DeniedByUser,
    /// Switched off for everybody on this PC; takes an administrator to change.
    DeniedForPc,
    /// Forbidden by a policy of the organisation.
    DeniedByPolicy,
    /// The system gives this user no right to open the device.
    DeniedByPermission,
}

impl Access {
    /// Programs are kept out.
    pub fn is_denied(self) -> bool {
        self != Self::Allowed
    }
}

/// Privacy settings. What cannot be told stays unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PrivacyFacts {
    /// Cameras.
    pub camera: Fact<Access>,
    /// Microphones.
    pub microphone: Fact<Access>,
}

/// Whether a device that the system knows can be used as it is.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceState {
    /// Ready.
    #[default]
    Active,
    /// Switched off in the system's settings.
    Disabled,
    /// The socket is there, nothing is plugged in.
    Unplugged,
}

impl DeviceState {
    /// Ready.
    pub fn is_active(&self) -> bool {
        *self == Self::Active
    }
}

/// What came of trying a device for a moment (`--try-devices`). Of what was heard and seen nothing is kept but this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// Result.
    pub outcome: TrialOutcome,
    /// What the system said, untranslated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Microphones: mean level, tenths of a decibel below full scale; absent for digital silence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rms: Option<DbfsTenths>,
    /// Microphones: highest level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak: Option<DbfsTenths>,
    /// Cameras: mean brightness of the picture, 0 to 255; absent where its format was not decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub luminance: Option<u8>,
    /// Cameras: width of the picture in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Cameras: height of the picture in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

impl Trial {
    /// A trial that got no sound and no picture.
    pub fn without(outcome: TrialOutcome, detail: impl Into<String>) -> Self {
        Self {
            outcome,
            detail: Some(detail.into()),
            rms: None,
            peak: None,
            luminance: None,
            width: None,
            height: None,
        }
    }
}

/// The kinds of results of a trial.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum TrialOutcome {
    /// Sound or a picture came.
    Works,
    /// The microphone gave nothing but digital silence: muted, or dead.
    Silent,
    /// The camera gave a black picture: covered, or dark.
    Black,
    /// Another program holds it.
    Busy,
    /// The system refused.
    Denied,
    /// Nothing came within the time limit.
    TimedOut,
    /// This system or program has no way of trying it.
    NotSupported,
    /// The system reported an error.
    Failed,
}
