//! Two seconds of sound by WASAPI, a few pictures by Media Foundation.

#![expect(
    unsafe_code,
    reason = "calls into Windows; each states why it is sound"
)]

use std::ffi::c_void;
use std::time::{Duration, Instant};

use windows::Win32::Foundation::E_ACCESSDENIED;
use windows::Win32::Media::Audio::{
    AUDCLNT_BUFFERFLAGS_SILENT, AUDCLNT_E_DEVICE_IN_USE, AUDCLNT_SHAREMODE_SHARED,
    IAudioCaptureClient, IAudioClient, IMMDeviceEnumerator, MMDeviceEnumerator, WAVEFORMATEX,
    WAVEFORMATEXTENSIBLE,
};
use windows::Win32::Media::MediaFoundation::{
    IMFActivate, IMFAttributes, IMFMediaSource, IMFMediaType, IMFSample, IMFSourceReader,
    MF_DEVSOURCE_ATTRIBUTE_FRIENDLY_NAME, MF_DEVSOURCE_ATTRIBUTE_SOURCE_TYPE,
    MF_DEVSOURCE_ATTRIBUTE_SOURCE_TYPE_VIDCAP_GUID,
    MF_DEVSOURCE_ATTRIBUTE_SOURCE_TYPE_VIDCAP_SYMBOLIC_LINK, MF_MT_FRAME_SIZE, MF_MT_MAJOR_TYPE,
    MF_MT_SUBTYPE, MF_SOURCE_READER_ENABLE_VIDEO_PROCESSING, MFMediaType_Video,
    MFVideoFormat_RGB32,
};
use windows::Win32::System::Com::{CLSCTX_ALL, CoCreateInstance, CoTaskMemFree};
use windows::Win32::System::LibraryLoader::{
    GetProcAddress, LOAD_LIBRARY_SEARCH_SYSTEM32, LoadLibraryExW,
};
use windows::core::{GUID, HRESULT, HSTRING, Interface, PCSTR, PCWSTR, PWSTR, Result, s, w};

use super::windows_audio::Com;
use crate::inventory::trial::{Levels, Pixels, SampleKind, luminance, picture_trial};
use crate::model::device_use::{Trial, TrialOutcome};

/// How long the engine's buffer is, in units of 100 ns.
const BUFFER: i64 = 2_000_000;
/// How often it is emptied.
const PAUSE: Duration = Duration::from_millis(20);
/// How long pictures are taken after the first one: the exposure of most cameras begins dark.
const SETTLE: Duration = Duration::from_millis(1_200);
/// Most pictures that are taken.
const MOST: u32 = 40;
/// `MF_SOURCE_READER_FIRST_VIDEO_STREAM`.
const FIRST_VIDEO: u32 = 0xffff_fffc;
/// `MF_VERSION` of Windows 7 and later.
const MF_VERSION: u32 = 0x0002_0070;
/// Media Foundation's words for a camera that another program holds: `MF_E_HW_MFT_FAILED_START_STREAMING` and
/// `MF_E_VIDEO_RECORDING_DEVICE_PREEMPTED`.
const BUSY: [u32; 2] = [0xc00d_3704, 0xc00d_3ea3];

fn refused(error: &windows::core::Error) -> Trial {
    let code = error.code();
    let outcome = if code == E_ACCESSDENIED {
        TrialOutcome::Denied
    } else if code == AUDCLNT_E_DEVICE_IN_USE
        || BUSY.iter().any(|busy| code.0.cast_unsigned() == *busy)
        // ERROR_BUSY, ERROR_SHARING_VIOLATION
        || [170, 32].iter().any(|busy| code == HRESULT::from_win32(*busy))
    {
        TrialOutcome::Busy
    } else {
        TrialOutcome::Failed
    };
    Trial::without(outcome, error.to_string())
}

/// Records from an endpoint.
pub(in crate::inventory) fn record(id: &str, length: Duration) -> Trial {
    let _com = match Com::start() {
        Ok(com) => com,
        Err(said) => {
            return Trial::without(TrialOutcome::Failed, said.detail.unwrap_or_default());
        }
    };
    let mut levels = Levels::default();
    match listen(id, length, &mut levels) {
        Err(e) if levels.is_empty() => refused(&e),
        // A microphone that is switched off by its privacy setting may give no packet at all.
        _ => levels.trial(),
    }
}

/// The mix format, given back when dropped.
struct MixFormat(*mut WAVEFORMATEX);

impl Drop for MixFormat {
    fn drop(&mut self) {
        // SAFETY: the call that made it says that it is ours to free.
        unsafe { CoTaskMemFree(Some(self.0.cast_const().cast::<c_void>())) }
    }
}

impl MixFormat {
    /// How samples lie in it, and how many bytes a frame has.
    fn kind(&self) -> Option<(SampleKind, usize, u64)> {
        const PCM: u32 = 1;
        const FLOAT: u32 = 3;
        const EXTENSIBLE: u32 = 0xfffe;
        // SAFETY: the system's structure is valid until it is freed; its fields may lie unaligned.
        let format = unsafe { self.0.read_unaligned() };
        let (tag, bits) = (format.wFormatTag, format.wBitsPerSample);
        let tag = if u32::from(tag) == EXTENSIBLE {
            // SAFETY: the tag says that the longer structure is there.
            let long = unsafe { self.0.cast::<WAVEFORMATEXTENSIBLE>().read_unaligned() };
            // The sub-format's first field is the old tag (ksmedia.h, DEFINE_WAVEFORMATEX_GUID).
            let sub = long.SubFormat;
            sub.data1
        } else {
            u32::from(tag)
        };
        let kind = match (tag, bits) {
            (FLOAT, 32) => SampleKind::Float32,
            (PCM, 16 | 24 | 32) => SampleKind::Integer(usize::from(bits / 8)),
            _ => return None,
        };
        Some((
            kind,
            usize::from(format.nBlockAlign),
            u64::from(format.nChannels),
        ))
    }
}

fn listen(id: &str, length: Duration, levels: &mut Levels) -> Result<()> {
    // SAFETY: COM is started on this thread; the interfaces asked for are those that the classes have. The pointers
    // that GetBuffer hands over hold so many frames until ReleaseBuffer.
    unsafe {
        let enumerator: IMMDeviceEnumerator =
            CoCreateInstance(&MMDeviceEnumerator, None, CLSCTX_ALL)?;
        let device = enumerator.GetDevice(&HSTRING::from(id))?;
        let client: IAudioClient = device.Activate(CLSCTX_ALL, None)?;
        let format = MixFormat(client.GetMixFormat()?);
        let Some((kind, frame, channels)) = format.kind() else {
            return Err(windows::core::Error::new(
                windows::Win32::Foundation::E_NOTIMPL,
                "a sample format that is not known here",
            ));
        };
        client.Initialize(AUDCLNT_SHAREMODE_SHARED, 0, BUFFER, 0, format.0, None)?;
        let capture: IAudioCaptureClient = client.GetService()?;
        client.Start()?;
        let until = Instant::now() + length;
        while Instant::now() < until {
            std::thread::sleep(PAUSE);
            while capture.GetNextPacketSize()? > 0 {
                let mut data = std::ptr::null_mut();
                let (mut frames, mut flags) = (0, 0);
                capture.GetBuffer(&raw mut data, &raw mut frames, &raw mut flags, None, None)?;
                let silent = flags & AUDCLNT_BUFFERFLAGS_SILENT.0.cast_unsigned() != 0;
                let count = usize::try_from(frames).unwrap_or(0);
                if silent || data.is_null() {
                    levels.silence(u64::from(frames) * channels);
                } else {
                    levels.bytes(std::slice::from_raw_parts(data, count * frame), kind);
                }
                capture.ReleaseBuffer(frames)?;
            }
        }
        client.Stop()
    }
}

type Startup = unsafe extern "system" fn(u32, u32) -> HRESULT;
type CreateAttributes = unsafe extern "system" fn(*mut *mut c_void, u32) -> HRESULT;
type CreateMediaType = unsafe extern "system" fn(*mut *mut c_void) -> HRESULT;
type EnumDeviceSources =
    unsafe extern "system" fn(*mut c_void, *mut *mut *mut c_void, *mut u32) -> HRESULT;
type CreateReader =
    unsafe extern "system" fn(*mut c_void, *mut c_void, *mut *mut c_void) -> HRESULT;

/// Media Foundation, looked up while running: the "N" editions of Windows come without it.
struct MediaFoundation {
    attributes: CreateAttributes,
    media_type: CreateMediaType,
    sources: EnumDeviceSources,
    reader: CreateReader,
}

/// A function of which only the name is known.
type Found = unsafe extern "system" fn() -> isize;

fn find(library: PCWSTR, name: PCSTR) -> Result<Found> {
    // SAFETY: both names end with a zero. The library is one of Windows' own, from its own folder, and stays loaded.
    unsafe {
        let library = LoadLibraryExW(library, None, LOAD_LIBRARY_SEARCH_SYSTEM32)?;
        GetProcAddress(library, name).ok_or_else(windows::core::Error::from_thread)
    }
}

impl MediaFoundation {
    fn start() -> Result<Self> {
        // SAFETY: each function has the signature that Microsoft documents for its name.
        unsafe {
            let startup: Startup = std::mem::transmute(find(w!("mfplat.dll"), s!("MFStartup"))?);
            startup(MF_VERSION, 0).ok()?;
            Ok(Self {
                attributes: std::mem::transmute::<Found, CreateAttributes>(find(
                    w!("mfplat.dll"),
                    s!("MFCreateAttributes"),
                )?),
                media_type: std::mem::transmute::<Found, CreateMediaType>(find(
                    w!("mfplat.dll"),
                    s!("MFCreateMediaType"),
                )?),
                sources: std::mem::transmute::<Found, EnumDeviceSources>(find(
                    w!("mf.dll"),
                    s!("MFEnumDeviceSources"),
                )?),
                reader: std::mem::transmute::<Found, CreateReader>(find(
                    w!("mfreadwrite.dll"),
                    s!("MFCreateSourceReaderFromMediaSource"),
                )?),
            })
        }
    }

    fn attributes(&self) -> Result<IMFAttributes> {
        let mut out = std::ptr::null_mut();
        // SAFETY: on success the pointer is an interface of this type that is ours.
        unsafe {
            (self.attributes)(&raw mut out, 2).ok()?;
            Ok(IMFAttributes::from_raw(out))
        }
    }

    fn cameras(&self) -> Result<Vec<IMFActivate>> {
        let attributes = self.attributes()?;
        let mut list: *mut *mut c_void = std::ptr::null_mut();
        let mut count = 0;
        // SAFETY: on success the list holds so many interfaces that are ours, and is itself ours to free.
        unsafe {
            attributes.SetGUID(
                &MF_DEVSOURCE_ATTRIBUTE_SOURCE_TYPE,
                &MF_DEVSOURCE_ATTRIBUTE_SOURCE_TYPE_VIDCAP_GUID,
            )?;
            (self.sources)(attributes.as_raw(), &raw mut list, &raw mut count).ok()?;
            let mut out = Vec::new();
            for index in 0..usize::try_from(count).unwrap_or(0) {
                let one = *list.add(index);
                if !one.is_null() {
                    out.push(IMFActivate::from_raw(one));
                }
            }
            CoTaskMemFree(Some(list.cast_const().cast()));
            Ok(out)
        }
    }

    fn reader(&self, source: &IMFMediaSource) -> Result<IMFSourceReader> {
        let attributes = self.attributes()?;
        let mut out = std::ptr::null_mut();
        // SAFETY: both interfaces outlive the call; on success the pointer is an interface that is ours.
        unsafe {
            attributes.SetUINT32(&MF_SOURCE_READER_ENABLE_VIDEO_PROCESSING, 1)?;
            (self.reader)(source.as_raw(), attributes.as_raw(), &raw mut out).ok()?;
            Ok(IMFSourceReader::from_raw(out))
        }
    }

    fn uncompressed(&self) -> Result<IMFMediaType> {
        let mut out = std::ptr::null_mut();
        // SAFETY: on success the pointer is an interface of this type that is ours.
        unsafe {
            (self.media_type)(&raw mut out).ok()?;
            let kind = IMFMediaType::from_raw(out);
            kind.SetGUID(&MF_MT_MAJOR_TYPE, &MFMediaType_Video)?;
            kind.SetGUID(&MF_MT_SUBTYPE, &MFVideoFormat_RGB32)?;
            Ok(kind)
        }
    }
}

fn text(activate: &IMFActivate, key: &GUID) -> Option<String> {
    let mut out = PWSTR::null();
    let mut length = 0;
    // SAFETY: on success the text is ours to free; it ends with a zero.
    unsafe {
        activate
            .GetAllocatedString(key, &raw mut out, &raw mut length)
            .ok()?;
        let text = out.to_string().ok();
        CoTaskMemFree(Some(out.0.cast_const().cast()));
        text
    }
}

/// Name and symbolic link of each camera. None is activated.
pub(in crate::inventory) fn cameras() -> std::result::Result<Vec<(String, String)>, String> {
    let _com = Com::start().map_err(|said| said.detail.unwrap_or_default())?;
    let listed = MediaFoundation::start().and_then(|media| media.cameras());
    Ok(listed
        .map_err(|e| e.to_string())?
        .iter()
        .filter_map(|camera| {
            let name = text(camera, &MF_DEVSOURCE_ATTRIBUTE_FRIENDLY_NAME)?;
            let link = text(
                camera,
                &MF_DEVSOURCE_ATTRIBUTE_SOURCE_TYPE_VIDCAP_SYMBOLIC_LINK,
            )?;
            Some((name, link))
        })
        .collect())
}

/// Takes pictures for a moment; the camera's light goes on.
pub(in crate::inventory) fn look(link: &str) -> Trial {
    let _com = match Com::start() {
        Ok(com) => com,
        Err(said) => {
            return Trial::without(TrialOutcome::Failed, said.detail.unwrap_or_default());
        }
    };
    match pictures(link) {
        Ok(trial) => trial,
        Err(e) => refused(&e),
    }
}

fn pictures(link: &str) -> Result<Trial> {
    let media = MediaFoundation::start()?;
    let camera = media
        .cameras()?
        .into_iter()
        .find(|camera| {
            text(
                camera,
                &MF_DEVSOURCE_ATTRIBUTE_SOURCE_TYPE_VIDCAP_SYMBOLIC_LINK,
            )
            .as_deref()
                == Some(link)
        })
        .ok_or_else(|| HRESULT::from_win32(1168))?;
    // SAFETY: plain calls on live interfaces; the out pointers outlive the calls.
    unsafe {
        let source: IMFMediaSource = camera.ActivateObject()?;
        let reader = media.reader(&source)?;
        let readable = media
            .uncompressed()
            .and_then(|kind| reader.SetCurrentMediaType(FIRST_VIDEO, None, &kind))
            .is_ok();
        let size = reader
            .GetCurrentMediaType(FIRST_VIDEO)?
            .GetUINT64(&MF_MT_FRAME_SIZE)?;
        let (width, height) = (half(size >> 32), half(size & 0xffff_ffff));
        let pixels = if readable {
            Pixels::Rgb32
        } else {
            Pixels::Opaque
        };
        let mut brightest: Option<u8> = None;
        let mut first: Option<Instant> = None;
        let mut taken = 0;
        while taken < MOST && first.is_none_or(|at| at.elapsed() < SETTLE) {
            let mut sample: Option<IMFSample> = None;
            reader.ReadSample(FIRST_VIDEO, 0, None, None, None, Some(&raw mut sample))?;
            // Gaps and changes of format come without a picture.
            taken += 1;
            let Some(sample) = sample else { continue };
            first.get_or_insert_with(Instant::now);
            let buffer = sample.ConvertToContiguousBuffer()?;
            let mut data = std::ptr::null_mut();
            let mut used = 0;
            buffer.Lock(&raw mut data, None, Some(&raw mut used))?;
            let bytes = std::slice::from_raw_parts(data, usize::try_from(used).unwrap_or(0));
            brightest = brightest.max(luminance(bytes, pixels, width, height));
            buffer.Unlock()?;
        }
        // The camera is free again after this; an error would change nothing.
        let _ = source.Shutdown();
        if first.is_none() {
            return Ok(Trial::without(TrialOutcome::TimedOut, "no picture arrived"));
        }
        Ok(picture_trial(brightest, width, height))
    }
}

fn half(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(0)
}
