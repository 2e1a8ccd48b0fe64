//! Pictures from a V4L2 node (linux/videodev2.h): mapped buffers where the driver streams, else plain reads.

#![expect(
    unsafe_code,
    reason = "device questions and mapped buffers have no safe interface in the standard library"
)]

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::mem;
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use super::linux::video_capabilities;
use crate::inventory::trial::{Pixels, luminance, picture_trial};
use crate::model::device_use::{Trial, TrialOutcome};

/// How long a camera may take to its first picture.
const FIRST: Duration = Duration::from_secs(6);
/// How long pictures are taken after the first one: the exposure of most cameras begins dark.
const SETTLE: Duration = Duration::from_millis(1_200);
/// Most pictures that are taken.
const MOST: u32 = 40;
/// Buffers that are asked for.
const BUFFERS: u32 = 3;
/// Largest picture that is read plainly: 4K at two bytes a pixel.
const MAX_PICTURE: usize = 3_840 * 2_160 * 2;

const CAPTURE: u32 = 1;
const MMAP: u32 = 1;
const CAP_CAPTURE: u32 = 0x0000_0001;
const CAP_STREAMING: u32 = 0x0400_0000;
const CAP_READ_WRITE: u32 = 0x0100_0000;
const CAP_MEDIA_CONTROLLER: u32 = 0x2000_0000;
const CAP_MEMORY_TO_MEMORY: u32 = 0x0000_4000 | 0x0000_8000;

#[repr(C)]
struct FormatDescription {
    index: u32,
    kind: u32,
    flags: u32,
    description: [u8; 32],
    pixel_format: u32,
    bus_code: u32,
    reserved: [u32; 3],
}

#[repr(C)]
#[derive(Clone, Copy)]
struct PixelFormat {
    width: u32,
    height: u32,
    code: u32,
    field: u32,
    bytes_per_line: u32,
    size: u32,
    colour_space: u32,
    private: u32,
    flags: u32,
    encoding: u32,
    quantization: u32,
    transfer: u32,
}

/// 200 bytes, aligned as the pointers that other members of the kernel's union hold.
#[repr(C)]
union AnyFormat {
    pixels: PixelFormat,
    room: [usize; 200 / size_of::<usize>()],
}

#[repr(C)]
struct Format {
    kind: u32,
    format: AnyFormat,
}

#[repr(C)]
struct RequestBuffers {
    count: u32,
    kind: u32,
    memory: u32,
    capabilities: u32,
    flags: u8,
    reserved: [u8; 3],
}

#[repr(C)]
struct Buffer {
    index: u32,
    kind: u32,
    used: u32,
    flags: u32,
    field: u32,
    timestamp: libc::timeval,
    timecode: [u32; 4],
    sequence: u32,
    memory: u32,
    /// Offset of a mapped buffer; the kernel's union holds a pointer, too.
    offset: libc::c_ulong,
    length: u32,
    reserved: u32,
    request: i32,
}

mod request {
    use super::{Buffer, Format, FormatDescription, RequestBuffers};

    const V: u32 = b'V' as u32;
    pub(super) const ENUM_FORMAT: libc::Ioctl = libc::_IOWR::<FormatDescription>(V, 2);
    pub(super) const SET_FORMAT: libc::Ioctl = libc::_IOWR::<Format>(V, 5);
    pub(super) const GET_FORMAT: libc::Ioctl = libc::_IOWR::<Format>(V, 4);
    pub(super) const REQUEST_BUFFERS: libc::Ioctl = libc::_IOWR::<RequestBuffers>(V, 8);
    pub(super) const QUERY_BUFFER: libc::Ioctl = libc::_IOWR::<Buffer>(V, 9);
    pub(super) const QUEUE: libc::Ioctl = libc::_IOWR::<Buffer>(V, 15);
    pub(super) const DEQUEUE: libc::Ioctl = libc::_IOWR::<Buffer>(V, 17);
    pub(super) const STREAM_ON: libc::Ioctl = libc::_IOW::<libc::c_int>(V, 18);
    pub(super) const STREAM_OFF: libc::Ioctl = libc::_IOW::<libc::c_int>(V, 19);
}

/// Formats in the order in which they are asked for: those whose brightness is read first.
const FORMATS: [(&[u8; 4], Pixels); 13] = [
    (b"YUYV", Pixels::LumaEven),
    (b"UYVY", Pixels::LumaOdd),
    (b"NV12", Pixels::LumaFirst),
    (b"NV21", Pixels::LumaFirst),
    (b"YU12", Pixels::LumaFirst),
    (b"YV12", Pixels::LumaFirst),
    (b"422P", Pixels::LumaFirst),
    (b"GREY", Pixels::LumaFirst),
    (b"RGB3", Pixels::Rgb24),
    (b"BGR3", Pixels::Rgb24),
    (b"BGR4", Pixels::Rgb32),
    (b"XR24", Pixels::Rgb32),
    (b"MJPG", Pixels::Opaque),
];

/// Whether a node gives pictures; none where it may not be asked.
pub(in crate::inventory) fn gives_pictures(node: &Path) -> Option<bool> {
    let capabilities = video_capabilities(node).ok()?;
    Some(
        capabilities & CAP_CAPTURE != 0
            && capabilities & (CAP_STREAMING | CAP_READ_WRITE) != 0
            && capabilities & (CAP_MEDIA_CONTROLLER | CAP_MEMORY_TO_MEMORY) == 0,
    )
}

/// Takes pictures for a moment; the camera's light goes on.
pub(in crate::inventory) fn look(node: &Path) -> Trial {
    match attempt(node) {
        Ok(trial) => trial,
        Err(e) => {
            let outcome = match e.raw_os_error() {
                Some(libc::EBUSY) => TrialOutcome::Busy,
                Some(libc::EACCES | libc::EPERM) => TrialOutcome::Denied,
                _ if e.kind() == io::ErrorKind::TimedOut => TrialOutcome::TimedOut,
                _ => TrialOutcome::Failed,
            };
            Trial::without(outcome, e.to_string())
        }
    }
}

fn attempt(node: &Path) -> io::Result<Trial> {
    let capabilities = video_capabilities(node)?;
    let camera = OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
        .open(node)?;
    let (pixels, format) = choose(&camera)?;
    let mut brightest: Option<u8> = None;
    let mut see = |picture: &[u8]| {
        let mean = luminance(picture, pixels, format.width, format.height);
        brightest = brightest.max(mean);
    };
    if capabilities & CAP_STREAMING != 0 {
        stream(&camera, &mut see)?;
    } else {
        read_plainly(&camera, format.size, &mut see)?;
    }
    Ok(picture_trial(brightest, format.width, format.height))
}

fn ask<T>(camera: &File, request: libc::Ioctl, value: &mut T) -> io::Result<()> {
    loop {
        // SAFETY: each request encodes the size of its structure, which a test holds, and is only used with that one;
        // the structure lives until the call returns.
        let done = unsafe { libc::ioctl(camera.as_raw_fd(), request, std::ptr::from_mut(value)) };
        if done >= 0 {
            return Ok(());
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

/// A value whose bytes are all zero.
///
/// # Safety
/// `T` consists of integers, for which zero bytes are valid.
unsafe fn zeroed<T>() -> T {
    // SAFETY: by the caller's promise.
    unsafe { mem::zeroed() }
}

/// Sets the format whose brightness is read most easily, at a size that every camera has.
fn choose(camera: &File) -> io::Result<(Pixels, PixelFormat)> {
    let mut offered = Vec::new();
    for index in 0..64 {
        // SAFETY: integers only.
        let mut description: FormatDescription = unsafe { zeroed() };
        description.index = index;
        description.kind = CAPTURE;
        if ask(camera, request::ENUM_FORMAT, &mut description).is_err() {
            break;
        }
        offered.push(description.pixel_format);
    }
    // SAFETY: integers only.
    let mut format: Format = unsafe { zeroed() };
    format.kind = CAPTURE;
    ask(camera, request::GET_FORMAT, &mut format)?;
    let best = FORMATS
        .iter()
        .map(|(code, _)| u32::from_le_bytes(**code))
        .find(|code| offered.contains(code));
    // SAFETY: the kernel filled in the member for capture, which is integers only.
    let mut pixels = unsafe { format.format.pixels };
    if let Some(best) = best {
        (pixels.width, pixels.height, pixels.code) = (640, 480, best);
        // "Any": the driver chooses what it has.
        pixels.field = 0;
        (pixels.bytes_per_line, pixels.size) = (0, 0);
        format.format.pixels = pixels;
        // The kernel answers with what it really set, which may be another size or format.
        ask(camera, request::SET_FORMAT, &mut format)?;
        // SAFETY: as above.
        pixels = unsafe { format.format.pixels };
    }
    let kind = FORMATS
        .iter()
        .find(|(code, _)| u32::from_le_bytes(**code) == pixels.code)
        .map_or(Pixels::Opaque, |(_, kind)| *kind);
    Ok((kind, pixels))
}

/// A buffer of the driver, mapped; given back when dropped.
struct Mapped {
    start: *mut libc::c_void,
    length: usize,
}

impl Mapped {
    fn new(camera: &File, buffer: &Buffer) -> io::Result<Self> {
        let length = usize::try_from(buffer.length).map_err(io::Error::other)?;
        let offset = libc::off_t::try_from(buffer.offset).map_err(io::Error::other)?;
        // SAFETY: a new shared mapping of the driver's memory; nothing of ours lies there.
        let start = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                length,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED,
                camera.as_raw_fd(),
                offset,
            )
        };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(Self { start, length })
    }

    /// A copy of the first bytes: the driver may write into the mapping at any time.
    fn copy(&self, used: usize) -> Vec<u8> {
        let mut out = vec![0; used.min(self.length)];
        // SAFETY: source and target hold at least so many bytes and do not overlap.
        unsafe {
            std::ptr::copy_nonoverlapping(self.start.cast(), out.as_mut_ptr(), out.len());
        }
        out
    }
}

impl Drop for Mapped {
    fn drop(&mut self) {
        // SAFETY: the mapping was made with this length and is used no more.
        unsafe {
            libc::munmap(self.start, self.length);
        }
    }
}

fn empty_buffer(index: u32) -> Buffer {
    // SAFETY: integers only.
    let mut buffer: Buffer = unsafe { zeroed() };
    (buffer.index, buffer.kind, buffer.memory) = (index, CAPTURE, MMAP);
    buffer
}

fn stream(camera: &File, see: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    // SAFETY: integers only.
    let mut asked: RequestBuffers = unsafe { zeroed() };
    (asked.count, asked.kind, asked.memory) = (BUFFERS, CAPTURE, MMAP);
    ask(camera, request::REQUEST_BUFFERS, &mut asked)?;
    let mut mapped = Vec::new();
    for index in 0..asked.count.min(32) {
        let mut buffer = empty_buffer(index);
        ask(camera, request::QUERY_BUFFER, &mut buffer)?;
        mapped.push(Mapped::new(camera, &buffer)?);
        ask(camera, request::QUEUE, &mut buffer)?;
    }
    let mut kind = libc::c_int::try_from(CAPTURE).unwrap_or(1);
    ask(camera, request::STREAM_ON, &mut kind)?;
    let done = pictures(camera, &mut || {
        let mut buffer = empty_buffer(0);
        ask(camera, request::DEQUEUE, &mut buffer)?;
        let used = usize::try_from(buffer.used).unwrap_or(0);
        // V4L2_BUF_FLAG_ERROR: the picture is damaged.
        let damaged = buffer.flags & 0x40 != 0;
        let picture = usize::try_from(buffer.index)
            .ok()
            .and_then(|index| mapped.get(index))
            .filter(|_| used > 0 && !damaged)
            .map(|buffer| buffer.copy(used));
        if let Some(picture) = &picture {
            see(picture);
        }
        ask(camera, request::QUEUE, &mut buffer)?;
        Ok(picture.is_some())
    });
    // Closing the node would end it, too.
    let _ = ask(camera, request::STREAM_OFF, &mut kind);
    done
}

fn read_plainly(mut camera: &File, size: u32, see: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    let size = usize::try_from(size).unwrap_or(0).clamp(1, MAX_PICTURE);
    let mut picture = vec![0; size];
    pictures(camera, &mut || {
        let used = camera.read(&mut picture)?;
        see(picture.get(..used).unwrap_or_default());
        Ok(used > 0)
    })
}

/// Calls `take` whenever a picture is ready, until the exposure has settled. An error where not one came.
fn pictures(camera: &File, take: &mut dyn FnMut() -> io::Result<bool>) -> io::Result<()> {
    let mut until = Instant::now() + FIRST;
    let mut taken = 0;
    while taken < MOST {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() || !ready(camera, left)? {
            break;
        }
        match take() {
            Ok(true) => {
                if taken == 0 {
                    until = Instant::now() + SETTLE;
                }
                taken += 1;
            }
            Ok(false) => {}
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
            Err(e) => return Err(e),
        }
    }
    if taken == 0 {
        return Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "no picture arrived",
        ));
    }
    Ok(())
}

fn ready(camera: &File, wait: Duration) -> io::Result<bool> {
    let mut poll = libc::pollfd {
        fd: camera.as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    };
    let wait = libc::c_int::try_from(wait.as_millis()).unwrap_or(libc::c_int::MAX);
    // SAFETY: one entry, as counted, which lives until the call returns.
    let count = unsafe { libc::poll(&raw mut poll, 1, wait) };
    if count < 0 {
        let error = io::Error::last_os_error();
        return if error.kind() == io::ErrorKind::Interrupted {
            Ok(true)
        } else {
            Err(error)
        };
    }
    // An error of the device makes every poll return at once.
    if poll.revents & (libc::POLLERR | libc::POLLNVAL) != 0 && poll.revents & libc::POLLIN == 0 {
        return Err(io::Error::other("the camera reports an error"));
    }
    Ok(count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sizes are part of the request numbers, and those are the kernel's contract.
    #[cfg(all(target_pointer_width = "64", target_env = "gnu"))]
    #[test]
    fn request_numbers() {
        for (number, expected) in [
            (request::ENUM_FORMAT, 0xc040_5602),
            (request::GET_FORMAT, 0xc0d0_5604),
            (request::SET_FORMAT, 0xc0d0_5605),
            (request::REQUEST_BUFFERS, 0xc014_5608),
            (request::QUERY_BUFFER, 0xc058_5609),
            (request::QUEUE, 0xc058_560f),
            (request::DEQUEUE, 0xc058_5611),
            (request::STREAM_ON, 0x4004_5612),
            (request::STREAM_OFF, 0x4004_5613),
        ] {
            assert_eq!(number, expected);
        }
    }

    #[test]
    fn what_is_no_camera_fails_and_what_is_not_there_does_not_hang() {
        assert_eq!(look(Path::new("/dev/null")).outcome, TrialOutcome::Failed);
        assert_eq!(look(Path::new("/no/such")).outcome, TrialOutcome::Failed);
        assert_eq!(gives_pictures(Path::new("/dev/null")), None);
    }
}
