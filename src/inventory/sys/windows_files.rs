//! The version that is written into a program file.

#![expect(
    unsafe_code,
    reason = "calls into Windows; each states why it is sound"
)]

use std::ffi::c_void;

use windows::Win32::Storage::FileSystem::{
    GetFileVersionInfoSizeW, GetFileVersionInfoW, VS_FIXEDFILEINFO, VerQueryValueW,
};
use windows::core::{HSTRING, w};

use crate::inventory::unknown::why;
use crate::model::fact::{Unknown, UnknownCode};

use super::windows::refused;

/// `VS_FIXEDFILEINFO`'s fixed mark.
const SIGNATURE: u32 = 0xfeef_04bd;
/// Largest version resource that is read.
const LARGEST: u32 = 1 << 20;

/// The four parts of the file version.
pub(in crate::inventory) fn file_version(path: &str) -> Result<[u16; 4], Unknown> {
    let call = format!("GetFileVersionInfo({path})");
    let name = HSTRING::from(path);
    // SAFETY: the name ends with a zero.
    let size = unsafe { GetFileVersionInfoSizeW(&name, None) };
    if size == 0 || size > LARGEST {
        return Err(refused(&call, &windows::core::Error::from_thread()));
    }
    let mut block = vec![0_u64; usize::try_from(size).unwrap_or(0) / 8 + 1];
    let start = block.as_mut_ptr().cast::<c_void>();
    // SAFETY: the block is at least `size` bytes long.
    unsafe { GetFileVersionInfoW(&name, None, size, start) }.map_err(|e| refused(&call, &e))?;
    let mut at = std::ptr::null_mut();
    let mut length = 0;
    // SAFETY: the block was filled by the call before; the result points into it.
    let found = unsafe { VerQueryValueW(start, w!("\\"), &raw mut at, &raw mut length) }.as_bool();
    let whole = usize::try_from(length).unwrap_or(0) >= size_of::<VS_FIXEDFILEINFO>();
    if !found || at.is_null() || !whole {
        return Err(why(
            UnknownCode::NotFound,
            format!("{call}: no fixed version"),
        ));
    }
    // SAFETY: within the block, and as long as the structure, as was checked.
    let fixed = unsafe { at.cast::<VS_FIXEDFILEINFO>().read_unaligned() };
    if fixed.dwSignature != SIGNATURE {
        return Err(why(
            UnknownCode::Unparsable,
            format!("{call}: not a version"),
        ));
    }
    let half = |n: u32, shift: u32| u16::try_from((n >> shift) & 0xffff).unwrap_or(0);
    Ok([
        half(fixed.dwFileVersionMS, 16),
        half(fixed.dwFileVersionMS, 0),
        half(fixed.dwFileVersionLS, 16),
        half(fixed.dwFileVersionLS, 0),
    ])
}
